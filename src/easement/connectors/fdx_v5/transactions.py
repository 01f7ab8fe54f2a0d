"""The bank's transactions of one account, read into the neutral form."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import quote, urlencode

import msgspec

from easement.connectors.errors import BankAnswerError
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.fdx_v5.listing import Listing, read_listing, readable
from easement.connectors.fdx_v5.paging import PAGERS
from easement.connectors.fdx_v5.settings import Settings
from easement.connectors.fdx_v5.times import window_parameters
from easement.connectors.model import CallContext, ListPage, PageRequest, TimeWindow, Transaction
from easement.fdx.categories import TRANSACTION_WRAPPERS
from easement.fdx.codes import NO_DATA

_decoder = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])
_id: msgspec.json.Decoder[str | None] = msgspec.json.Decoder(str | None)
_NULL = msgspec.Raw(b"null")


class TransactionsClient:
    """Asks one bank for transactions."""

    def __init__(self, api: DataApi, settings: Settings) -> None:
        self._api = api
        self._pager = PAGERS[settings.paging]
        self._time_format = settings.time_format

    async def page(
        self, call: CallContext, account_id: str, window: TimeWindow, page: PageRequest
    ) -> ListPage[Transaction]:
        """See `connectors.ports.ReadsTransactions`."""
        path = f"/accounts/{quote(account_id, safe='')}/transactions"
        times = window_parameters(window, self._time_format)

        async def ask(parameters: Mapping[str, str]) -> Listing:
            query = urlencode({**times, **parameters}, quote_via=quote)
            try:
                answer = await self._api.get_json(call, f"{path}?{query}")
            except BankAnswerError as error:
                if error.code == NO_DATA.code:
                    return Listing([])
                raise
            return read_listing(answer.body, "transactions")

        read = await self._pager.page(ask, page)
        rows = readable(read.items, partial(_transaction, account_id), "transactions", call)
        return ListPage(rows, read.previous, read.following)


def _transaction(account_id: str, row: msgspec.Raw) -> Transaction | None:
    """The row, or None where it has not exactly one known wrapper with an object in it, or names
    another account: the consumer may not have shared that one."""
    try:
        wrapped = _decoder.decode(row)
        named = [_id.decode(fields.get("accountId", _NULL)) for fields in wrapped.values()]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if len(wrapped) != 1 or named[0] not in {None, account_id}:
        return None
    ((wrapper, fields),) = wrapped.items()
    category = TRANSACTION_WRAPPERS.get(wrapper)
    return None if category is None else Transaction(wrapper, category, fields)
