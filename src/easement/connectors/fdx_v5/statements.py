"""The bank's statements of one account: the list, and each as a file."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import msgspec

from easement.connectors.errors import BankAnswerError
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.fdx_v5.listing import Listing, read_listing, readable
from easement.connectors.fdx_v5.paging import PAGERS
from easement.connectors.fdx_v5.settings import Settings
from easement.connectors.fdx_v5.times import window_parameters
from easement.connectors.model import (
    CallContext,
    Document,
    Fields,
    ListPage,
    PageRequest,
    Statement,
    TimeWindow,
)
from easement.fdx.codes import NO_DATA, STATEMENT_NOT_FOUND

_LONGEST_ID = 512


class _Link(msgspec.Struct):
    action: str = "GET"
    types: list[str] = []


_fields = msgspec.json.Decoder(Fields)
_text = msgspec.json.Decoder(str)
_text_or_null: msgspec.json.Decoder[str | None] = msgspec.json.Decoder(str | None)
_NULL = msgspec.Raw(b"null")
_links = msgspec.json.Decoder(list[_Link])


class StatementsClient:
    """Asks one bank for statements."""

    def __init__(self, api: DataApi, settings: Settings) -> None:
        self._api = api
        self._pager = PAGERS[settings.paging]
        self._time_format = settings.time_format

    async def page(
        self, call: CallContext, account_id: str, window: TimeWindow | None, page: PageRequest
    ) -> ListPage[Statement]:
        """See `connectors.ports.ReadsStatements`."""
        path = f"/accounts/{quote(account_id, safe='')}/statements"
        times = {} if window is None else window_parameters(window, self._time_format)

        async def ask(parameters: Mapping[str, str]) -> Listing:
            query = urlencode({**times, **parameters}, quote_via=quote)
            try:
                answer = await self._api.get_json(call, f"{path}?{query}" if query else path)
            except BankAnswerError as error:
                # FDX tells an account without statements so; here that is an empty list.
                if error.code in {NO_DATA.code, STATEMENT_NOT_FOUND.code}:
                    return Listing([])
                raise
            return read_listing(answer.body, "statements")

        read = await self._pager.page(ask, page)
        rows = readable(read.items, _statement, "statements", call)
        return ListPage(rows, read.previous, read.following)

    async def document(
        self, call: CallContext, account_id: str, statement_id: str, media_type: str
    ) -> Document:
        """See `connectors.ports.ReadsStatements`."""
        account, statement = quote(account_id, safe=""), quote(statement_id, safe="")
        path = f"/accounts/{account}/statements/{statement}"
        return await self._api.open_document(call, path, media_type)


def _statement(row: msgspec.Raw) -> Statement | None:
    """The row, or None where it has no id that a file could be asked for by."""
    try:
        fields = _fields.decode(row)
        statement_id = _text.decode(fields["statementId"])
        account_id = _text_or_null.decode(fields.get("accountId", _NULL))
    except (msgspec.MsgspecError, KeyError, ValueError, RecursionError):
        return None
    if not 0 < len(statement_id) <= _LONGEST_ID or statement_id in {".", ".."}:
        return None
    return Statement(statement_id, account_id, fields, _types(fields.get("links")))


def _types(links: msgspec.Raw | None) -> tuple[str, ...]:
    """The media types that the bank names for the file, each once; none if it names none."""
    if links is None:
        return ()
    try:
        read = _links.decode(links)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ()
    types = (each.lower() for link in read if link.action == "GET" for each in link.types)
    return tuple(dict.fromkeys(types))
