"""The rules for the request headers, which differ between versions by data alone.

`Accept` is the same in all: an answer that the app does not want is 406 on every endpoint.

In v2 only the interaction type has a meaning, and it may be absent. In v3 interaction type and last
access are required; the intent type is required of an app that has payments and may only be
`nonpayments` for any other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from easement.fdx import codes
from easement.gateway.errors import RefusedError, invalid_input
from easement.gateway.media_types import choose, offered
from easement.gateway.request import ACCEPT, Request

_INTERACTION_TYPES = frozenset({"user", "batch"})
_MAX_FORWARDED = 200
_INTENT_TYPES = frozenset({"payments", "nonpayments"})
# RFC 3339 in UTC; `datetime.fromisoformat` alone would take week dates and times without a zone.
_UTC = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]00:?00)", re.ASCII)


@dataclass(frozen=True, slots=True)
class CallHeaders:
    """What the app said of the call. `forwarded` goes on to the bank; `media_type` is the one to
    answer in."""

    interaction_type: str
    intent_type: str | None
    last_access: datetime | None
    forwarded: Mapping[str, str]
    media_type: str


def read_headers(request: Request, *, has_payments: bool) -> CallHeaders:
    """Check the headers against the rules of the request's version.

    Raises:
        RefusedError: 400/401, naming the header and what is allowed; 406/406 where Accept excludes
            all that the endpoint answers in.
    """
    version, names = request.version, request.names
    forwarded: dict[str, str] = {}
    interaction_type = _word(
        request,
        names.interaction_type,
        _INTERACTION_TYPES,
        required=version.interaction_type_required,
    )
    intent_type = None
    if version.intent_type_rules:
        allowed = _INTENT_TYPES if has_payments else _INTENT_TYPES - {"payments"}
        intent_type = _word(request, names.intent_type, allowed, required=has_payments)
        if intent_type is not None:
            forwarded[names.intent_type.decode()] = intent_type
    last_access = None
    if version.last_access_required:
        last_access = _moment(request)
        forwarded[names.last_access.decode()] = last_access.strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in names.forwarded:
        if name in request.headers:
            forwarded[name.decode()] = _forwarded(request, name)
    return CallHeaders(
        interaction_type or "batch", intent_type, last_access, forwarded, _media_type(request)
    )


def _media_type(request: Request) -> str:
    offers = offered(request)
    chosen = choose(request.headers.get(ACCEPT, []), offers)
    if chosen is None:
        raise RefusedError(
            codes.CONTENT_TYPE_NOT_SUPPORTED, debug=f"Accept must allow {' or '.join(offers)}."
        )
    return chosen


def _forwarded(request: Request, name: bytes) -> str:
    """A value that goes on as it came, unless it could break the call to the bank."""
    values = request.headers[name]
    value = values[0] if len(values) == 1 else ""
    if 0 < len(value) <= _MAX_FORWARDED and value.isascii() and value.isprintable():
        return value
    raise invalid_input(
        f"{name.decode()} may be sent once, with 1 to {_MAX_FORWARDED} printable ASCII characters."
    )


def _word(request: Request, name: bytes, allowed: frozenset[str], *, required: bool) -> str | None:
    values = request.headers.get(name)
    if values is None and not required:
        return None
    word = values[0].lower() if values is not None and len(values) == 1 else ""
    if word not in allowed:
        raise invalid_input(
            f"{name.decode()} must be sent once; allowed: {', '.join(sorted(allowed))}."
            if required
            else f"{name.decode()} may be sent once; allowed: {', '.join(sorted(allowed))}."
        )
    return word


def _moment(request: Request) -> datetime:
    name = request.names.last_access
    values = request.headers.get(name)
    if values is not None and len(values) == 1 and _UTC.fullmatch(values[0]):
        try:
            return datetime.fromisoformat(values[0].upper())
        except ValueError:
            pass
    raise invalid_input(
        f"{name.decode()} must be sent once: a UTC date-time such as 2025-11-24T00:00:00Z."
    )
