"""Pages of the size that is asked for, made of the pages that a bank gives.

A bank may give fewer rows than asked or more, point to the next page in several ways or in none, or
know no pages at all. Each `Pager` hides one kind of bank behind one kind of offset: a number of
rows from the start, or, where the bank's own keys must be followed, a cursor.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import msgspec

from easement.connectors.errors import BankMalformedError, NoSuchPageError
from easement.connectors.fdx_v5.listing import Listing
from easement.connectors.model import ListPage, PageRequest

# Asks the bank with the given paging parameters.
Ask = Callable[[Mapping[str, str]], Awaitable[Listing]]

# Enough to fill the largest page at a bank that gives five rows at a time; a page that would take
# more ends early, and its link leads on.
_MAX_CALLS = 100
_MAX_LIMIT = 500
_MAX_DIGITS = 9
_MAX_CURSOR = 4_096
# No digit, so that no cursor looks like a number.
_MARK = "k"


class Pager(Protocol):
    """Reads one page of a list through `ask`. Raises `NoSuchPageError`, and what `ask` raises."""

    async def page(self, ask: Ask, request: PageRequest) -> ListPage[msgspec.Raw]: ...


class OffsetPager:
    """For a bank that counts in rows: `offset` and `limit`."""

    async def page(self, ask: Ask, request: PageRequest) -> ListPage[msgspec.Raw]:
        """Asks until the page is full or the list ends."""
        at = start = _number(request.offset)
        rows: list[msgspec.Raw] = []
        for _ in range(_MAX_CALLS):
            missing = request.limit - len(rows)
            listing = await ask({"limit": str(missing), "offset": str(at)})
            rows += listing.rows[:missing]
            if len(listing.rows) > missing:
                return _numbered(rows, start, request.limit, at + missing)
            if not listing.rows:
                return _numbered(rows, start, request.limit, None)
            end = _following(listing, at)
            more = listing.has_rows_from(end)
            if more is None and len(rows) == request.limit:
                # Only a look tells; a link to an empty page would promise what is not there.
                more = bool((await ask({"limit": "1", "offset": str(end)})).rows)
            if more is False:
                return _numbered(rows, start, request.limit, None)
            at = end
            if len(rows) == request.limit:
                break
        return _numbered(rows, start, request.limit, at)


class WholePager:
    """For a bank without pages: it answers the whole list each time, and the part is cut out."""

    async def page(self, ask: Ask, request: PageRequest) -> ListPage[msgspec.Raw]:
        """Asks once."""
        start = _number(request.offset)
        end = start + request.limit
        rows = (await ask({})).rows
        return _numbered(rows[start:end], start, request.limit, end if end < len(rows) else None)


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The row at `position`, which is the one behind `skip` rows from where `key` points to."""

    position: int
    key: str | None
    skip: int


class PageKeyPager:
    """For a bank with FDX 6.3 page keys, which lead from each page to the next one only.

    A number as offset works too: the list is walked from its start.
    """

    async def page(self, ask: Ask, request: PageRequest) -> ListPage[msgspec.Raw]:
        """Follows the keys until the page is full or the list ends."""
        start = _cursor(request.offset)
        key, skip = start.key, start.skip
        followed = {key}
        rows: list[msgspec.Raw] = []
        following: str | None = None
        for _ in range(_MAX_CALLS):
            missing = request.limit - len(rows)
            parameters = {"limit": str(min(_MAX_LIMIT, skip + missing))}
            if key is not None:
                parameters["pageKey"] = key
            listing = await ask(parameters)
            rows += listing.rows[skip : skip + missing]
            if len(listing.rows) > skip + missing:
                position = start.position + len(rows)
                following = _written(_Cursor(position, key, skip + missing))
                break
            skip = max(0, skip - len(listing.rows))
            key = listing.next_key
            if key is None:
                following = None
                break
            if key in followed:
                message = "a page key leads back to a page before"
                raise BankMalformedError(message)
            followed.add(key)
            following = _written(_Cursor(start.position + len(rows), key, skip))
            if len(rows) == request.limit:
                break
        else:
            if not rows:
                message = "offset is too far from the start; follow links.next instead."
                raise NoSuchPageError(message)
        return ListPage(rows, str(max(0, start.position - request.limit)), following)


PAGERS: Mapping[str, Pager] = MappingProxyType(
    {"offset": OffsetPager(), "none": WholePager(), "page_key": PageKeyPager()}
)


def _numbered(
    rows: list[msgspec.Raw], start: int, limit: int, following: int | None
) -> ListPage[msgspec.Raw]:
    return ListPage(rows, str(max(0, start - limit)), None if following is None else str(following))


def _following(listing: Listing, at: int) -> int:
    """Where the bank says the next page starts, if that is behind all rows of this one: a bank
    may leave out rows it counts. Else where they end, so that every step leads on."""
    end = at + len(listing.rows)
    said = listing.next_offset or ""
    return max(end, int(said)) if _is_number(said) else end


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS


def _number(offset: str) -> int:
    if not _is_number(offset):
        message = f"offset must be a whole number of up to {_MAX_DIGITS} digits."
        raise NoSuchPageError(message)
    return int(offset)


def _written(cursor: _Cursor) -> str:
    packed = msgspec.json.encode((cursor.position, cursor.key, cursor.skip))
    text = _MARK + urlsafe_b64encode(packed).rstrip(b"=").decode()
    if len(text) > _MAX_CURSOR:
        message = "the page key is too long"
        raise BankMalformedError(message)
    return text


def _cursor(offset: str) -> _Cursor:
    """The cursor in `offset`. Whoever makes one up reads other rows of the same question, which
    the bank answers by its own rules: it grants nothing, and so it bears no signature."""
    if _is_number(offset):
        return _Cursor(int(offset), None, int(offset))
    try:
        if not offset.startswith(_MARK) or len(offset) > _MAX_CURSOR:
            raise ValueError
        packed = offset.removeprefix(_MARK)
        decoded = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        position, key, skip = msgspec.json.decode(decoded, type=tuple[int, str | None, int])
        if not 0 <= skip <= position < 10**_MAX_DIGITS:
            raise ValueError
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        message = "offset must be a whole number, or what a link of an earlier page holds."
        raise NoSuchPageError(message) from None
    return _Cursor(position, key, skip)
