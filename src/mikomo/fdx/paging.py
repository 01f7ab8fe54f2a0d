"""Pages of a list: FDX's paginated array, counted by offset and limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from mikomo.fdx.questions import whole_number
from mikomo.web.forms import Parameters

_DEFAULT_LIMIT = 50
_MAX_LIMIT = 500
_MAX_OFFSET = 1_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a list that is asked for."""

    offset: int
    limit: int

    @property
    def span(self) -> slice:
        """The same as a slice."""
        return slice(self.offset, self.offset + self.limit)


def asked_page(query: Parameters) -> Page:
    """`offset` (0) and `limit` (50, at most 500) of the query; 400/401 when they are no numbers."""
    return Page(
        offset=whole_number(query, "offset", 0, _MAX_OFFSET, 0),
        limit=whole_number(query, "limit", 1, _MAX_LIMIT, _DEFAULT_LIMIT),
    )


def page_and_links(path: str, kept: Mapping[str, str], page: Page, total: int) -> bytes:
    """The members `page` and `links`, encoded, without the braces around them.

    `path` is relative to the API; `kept` are the parameters that the neighbouring pages share.
    `next` is absent on the last page and `prev` on the first.
    """
    described: dict[str, str | int] = {"totalElements": total}
    links: dict[str, dict[str, str]] = {}
    neighbours = {}
    if page.offset + page.limit < total:
        neighbours["next"] = page.offset + page.limit
    if page.offset > 0:
        neighbours["prev"] = max(0, min(page.offset, total) - page.limit)
    for name, offset in neighbours.items():
        query = {**kept, "limit": str(page.limit), "offset": str(offset)}
        described[f"{name}Offset"] = str(offset)
        links[name] = {"href": f"{path}?{urlencode(sorted(query.items()), safe=',')}"}
    return msgspec.json.encode({"page": described, "links": links})[1:-1]
