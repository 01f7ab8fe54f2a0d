"""Ids of statements as apps see them: safe in a path, and turned back without a table.

An id of unreserved characters (RFC 3986 2.3) passes as it is. Any other travels as base64url behind
a mark; an id that itself starts with the mark does so too, so the two never meet.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

_MARK = "~"
_LONGEST = 1_024
_SAFE = re.compile(r"[A-Za-z0-9._-][A-Za-z0-9._~-]*")
# A path loses these segments on its way (RFC 3986 5.2.4).
_DOTS = frozenset({".", ".."})


def to_app(statement_id: str) -> str:
    """The id that an app is told."""
    if _SAFE.fullmatch(statement_id) and statement_id not in _DOTS:
        return statement_id
    return _MARK + urlsafe_b64encode(statement_id.encode()).rstrip(b"=").decode()


def from_app(segment: str) -> str | None:
    """The bank's id; None for what `to_app` never gave."""
    if len(segment) > _LONGEST:
        return None
    statement_id = segment
    if segment.startswith(_MARK):
        packed = segment.removeprefix(_MARK)
        try:
            statement_id = urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        except ValueError:
            return None
    # One spelling for each id, and no dots: the bank's path would end elsewhere.
    if statement_id in _DOTS or not statement_id or to_app(statement_id) != segment:
        return None
    return statement_id
