"""One page of a bank's list: its entries, and what the bank says of further ones."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from easement.connectors.errors import BankMalformedError
from easement.connectors.model import CallContext

T = TypeVar("T")

_log = logging.getLogger(__name__)
_MAX_DIGITS = 18
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_entries = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Listing:
    """`rows` unread; `next_offset` and `next_key` where the bank points to a next page, `total`
    where it counts the whole list. `speaks` if it says anything at all about pages."""

    rows: list[msgspec.Raw]
    next_offset: str | None = None
    next_key: str | None = None
    total: int | None = None
    speaks: bool = False

    def has_rows_from(self, end: int) -> bool | None:
        """Whether there are rows behind this page, which ends before row `end`; None where the
        bank does not say, or contradicts itself."""
        if self.next_offset is not None:
            counted_out = self.total is not None and end >= self.total
            return None if counted_out or _leads_back(self.next_offset, end) else True
        if self.total is not None:
            return end < self.total
        return False if self.speaks else None


def read_listing(body: bytes, name: str) -> Listing:
    """The page in `body`, whose entries are the member `name`.

    Banks fill `page` and `links` with what they please, so whatever is not understood there counts
    as not said. Of a link only its query is used, never its host or path: the access token goes
    nowhere but to the bank's own address.

    Raises:
        BankMalformedError: there is no list of that name, or a link is not a URL.
    """
    try:
        members = _members.decode(body)
        rows = _entries.decode(members[name])
        page, links = _object(members.get("page")), _object(members.get("links"))
        link = _object_in(links, "next").get("href")
        query = parse_qs(urlsplit(link).query) if isinstance(link, str) else {}
    except (msgspec.MsgspecError, KeyError, ValueError, RecursionError):
        message = f"the list of {name} cannot be read"
        raise BankMalformedError(message) from None
    return Listing(
        rows=rows,
        next_offset=_word(page.get("nextOffset")) or _word(query.get("offset")),
        next_key=_word(page.get("nextPageKey")) or _word(query.get("pageKey")),
        total=_count(page.get("totalElements")),
        speaks=any(value is not None for value in (*page.values(), *links.values())),
    )


def readable(
    rows: Sequence[msgspec.Raw],
    read: Callable[[msgspec.Raw], T | None],
    name: str,
    call: CallContext,
) -> list[T]:
    """What `read` makes of the rows, without those it makes None of: one row that cannot be read
    must not take the others along.

    Raises:
        BankMalformedError: there are several, and none can be read: that is no accident of one.
    """
    found = [entry for row in rows if (entry := read(row)) is not None]
    missing = len(rows) - len(found)
    if missing and not found and len(rows) > 1:
        message = f"no entry in the list of {name} can be read"
        raise BankMalformedError(message)
    if missing:
        _log.warning(
            "%d of %d %s cannot be read and are left out [%s]",
            missing,
            len(rows),
            name,
            call.interaction_id,
        )
    return found


def _leads_back(offset: str, end: int) -> bool:
    """Banks write 0 or -1 where there is no next page."""
    try:
        return int(offset) < end
    except ValueError:
        return False


def _object(raw: msgspec.Raw | None) -> dict[str, Any]:
    value = None if raw is None else msgspec.json.decode(raw)
    return value if isinstance(value, dict) else {}


def _object_in(values: dict[str, Any], name: str) -> dict[str, Any]:
    value = values.get(name)
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str | None:
    """A cursor, which banks write as text or number."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value) if len(value) <= _MAX_DIGITS else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
