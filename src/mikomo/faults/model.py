"""What can be broken, and how."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Endpoint = Literal[
    "*",
    "accounts",
    "transactions",
    "customers",
    "contact",
    "payment-networks",
    "statements",
    "tax-forms",
    "token",
    "authorize",
]
Kind = Literal["latency", "status", "truncate", "malformed", "reset", "outage"]

HEADER = "x-sandbox-fault"
_HEADER_FORM = (
    "expected status=300..599, latency=MILLISECONDS, truncate, malformed, reset or outage"
)
_VALUE_OF_KIND = {"status": "status", "latency": "latencyMs"}


class Fault(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """One thing that is broken."""

    kind: Kind
    endpoint: Endpoint = "*"
    user: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    """Only calls about this user; None for everyone's."""
    share: Annotated[float, Meta(gt=0, le=1)] = 1.0
    """How many of the matching calls are struck."""
    count: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    """Heals itself after so many struck calls; None lasts until it is taken away."""
    status: Annotated[int, Meta(ge=300, le=599)] | None = None
    code: Annotated[int, Meta(ge=1, le=99_999)] | None = None
    """The FDX code of the body; None takes the one that belongs to the status."""
    retry_after: Annotated[int, Meta(ge=0, le=86_400)] | None = None
    """Seconds, for the Retry-After header."""
    latency_ms: Annotated[int, Meta(ge=1, le=120_000)] | None = None

    def __post_init__(self) -> None:
        """ValueError says which member does not fit the kind."""
        if (self.kind == "status") != (self.status is not None):
            raise ValueError("expected `status` with the kind status, and only there")
        if (self.kind == "latency") != (self.latency_ms is not None):
            raise ValueError("expected `latencyMs` with the kind latency, and only there")
        if self.code is not None and self.kind != "status":
            raise ValueError("expected `code` only with the kind status")
        if self.retry_after is not None and self.kind not in {"status", "outage"}:
            raise ValueError("expected `retryAfter` only with the kinds status and outage")
        if self.kind == "outage" and (self.endpoint != "*" or self.user is not None):
            raise ValueError("expected an outage of the endpoint * and of no user: it is for all")
        if self.endpoint == "authorize" and self.user is not None:
            raise ValueError("expected no user at authorize: nobody has signed in there yet")


def fault_of_header(value: str) -> Fault:
    """`KIND` or `KIND=VALUE`; ValueError says what was expected."""
    kind, sign, given = value.strip().partition("=")
    member = _VALUE_OF_KIND.get(kind)
    fields: dict[str, str | int] = {"kind": kind}
    if sign:
        # int() would also read signs, spaces, underscores and digits of other scripts.
        if member is None or not (given.isascii() and given.isdigit() and len(given) <= 6):
            raise ValueError(_HEADER_FORM)
        fields[member] = int(given)
    try:
        return msgspec.convert(fields, Fault)
    except msgspec.ValidationError as error:
        raise ValueError(_HEADER_FORM) from error
