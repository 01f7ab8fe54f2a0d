"""Pages of a list: what the query asks for, and the links to the pages around.

Every list is paged by `offset` and `limit` behind relative links, however its provider pages.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote, urlencode

from easement.connectors.model import ListPage, PageRequest
from easement.gateway.errors import invalid_input
from easement.gateway.request import Request

T = TypeVar("T")
Links = dict[str, dict[str, str]]

_MAX_LIMIT = 500
_DEFAULT_LIMIT = 50
_MAX_DIGITS = 9
_CURSOR = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,4095}", re.ASCII)


def read_page(values: Mapping[str, str]) -> PageRequest:
    """The page asked for of a list that the provider pages: `offset` is a number, or a word that
    only the provider's connector can tell to be a cursor of its own.

    Raises:
        RefusedError: 400/401 for an offset that is neither, or a limit outside 1 to 500.
    """
    offset = values.get("offset", "")
    if not _CURSOR.fullmatch(offset):
        offset = str(read_offset(values))
    return PageRequest(offset, _number(values, "limit", _DEFAULT_LIMIT, 1, _MAX_LIMIT))


def read_offset(values: Mapping[str, str]) -> int:
    """The number of entries to pass over, in a list that the network cuts by itself.

    Raises:
        RefusedError: 400/401 for an offset that is no number.
    """
    return _number(values, "offset", 0, 0, 10**_MAX_DIGITS - 1)


def cut(entries: Sequence[T], offset: int, limit: int) -> ListPage[T]:
    """The page of a list that is at hand whole."""
    end = offset + limit
    return ListPage(
        items=list(entries[offset:end]),
        previous=str(max(0, offset - limit)),
        following=str(end) if end < len(entries) else None,
    )


def page_links(
    request: Request, parameters: Mapping[str, str], limit: int, page: ListPage[T]
) -> Links:
    """`links` of a page: `prev` always, `next` unless it is the last. `parameters` are those that
    all its pages share.

    The same path as the request's, its query in alphabetical order and percent-encoded.
    """
    segments = (request.endpoint, request.version.name, request.provider_id, *request.rest)
    path = "/".join(quote(segment, safe="") for segment in segments)

    def link(offset: str) -> dict[str, str]:
        query = {**parameters, "offset": offset, "limit": str(limit)}
        return {"href": f"/{path}?{urlencode(sorted(query.items()), quote_via=quote)}"}

    links = {} if page.following is None else {"next": link(page.following)}
    return links | {"prev": link(page.previous)}


def _number(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS and low <= int(text) <= high:
        return int(text)
    raise invalid_input(f"{name} must be a whole number from {low} to {high}.")
