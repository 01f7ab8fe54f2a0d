"""A product call as it came in: path, query and the few headers that matter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from easement.fdx import codes
from easement.gateway.answer import Scope
from easement.gateway.errors import RefusedError, forbidden_route, invalid_input
from easement.platform.ids import new_interaction_id
from easement.products.model import Version

AUTHORIZATION = b"authorization"
ACCEPT = b"accept"

_MAX_PATH = 2_048
_MAX_QUERY = 16_384


class HeaderNames:
    """The names of the headers that an app may send: those that start with the network's prefix,
    and `forwarded` ones that go on to the bank as they came."""

    def __init__(self, prefix: str, forwarded: Iterable[str] = ()) -> None:
        self.forwarded = tuple(sorted(name.lower().encode("ascii") for name in forwarded))
        self.interaction_type = f"{prefix}interaction-type".encode("ascii")
        self.intent_type = f"{prefix}intent-type".encode("ascii")
        self.last_access = f"{prefix}last-access".encode("ascii")
        self.read = frozenset(
            {
                *(AUTHORIZATION, ACCEPT, self.interaction_type, self.intent_type),
                *(self.last_access, *self.forwarded),
            }
        )


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` holds all values of each header that the gateway reads, by lower-case name."""

    endpoint: str
    version: Version
    provider_id: str
    rest: tuple[str, ...]
    query: bytes
    names: HeaderNames
    headers: Mapping[bytes, list[str]]


def interaction_id(scope: Scope) -> str:
    """The id that the middleware gave this request; a fresh one where there is none."""
    found = scope.get("state", {}).get("interaction_id")
    return found if isinstance(found, str) else new_interaction_id()


def read_request(
    scope: Scope,
    endpoint: str,
    segments: list[str],
    names: HeaderNames,
    *,
    versions: Mapping[str, Version],
    now: datetime,
) -> Request:
    """Check method, size and path. The body is never read: a GET has no use for one.

    Raises:
        RefusedError: 405; 400 for absurd sizes or no providerId; 403 for an unknown version.
    """
    if scope["method"] != "GET":
        raise RefusedError(codes.METHOD_NOT_ALLOWED, headers={"allow": "GET"})
    if len(scope["path"]) > _MAX_PATH or len(scope["query_string"]) > _MAX_QUERY:
        raise invalid_input(f"The query may have up to {_MAX_QUERY} bytes, the path {_MAX_PATH}.")
    if segments and not segments[-1]:
        segments = segments[:-1]  # a trailing slash is documented
    version = versions.get(segments[0]) if segments else None
    if version is None or version.has_ended(now):
        raise forbidden_route(
            f"The path is /{endpoint}/{{version}}/{{providerId}}, with version "
            f"{' or '.join(name for name, each in versions.items() if not each.has_ended(now))}."
        )
    if len(segments) < 2 or not segments[1]:
        raise invalid_input("providerId is missing in the path.")
    return Request(
        endpoint=endpoint,
        version=version,
        provider_id=segments[1],
        rest=tuple(segments[2:]),
        query=scope["query_string"],
        names=names,
        headers=_headers(scope, names),
    )


def _headers(scope: Scope, names: HeaderNames) -> dict[bytes, list[str]]:
    found: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        if name in names.read:
            found.setdefault(name, []).append(value.decode("latin-1").strip())
    return found
