"""The product of transactions: `/transactions/{version}/{providerId}/{accountId}`."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from easement.connectors.model import CallContext, ListPage, PageRequest, TimeWindow, Transaction
from easement.connectors.ports import Connector
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.category import OfAccount, ask_about, consented_account, visible
from easement.gateway.errors import RefusedError, forbidden_route
from easement.gateway.family import Call
from easement.gateway.paging import page_links, read_page
from easement.gateway.query import read_query, wants_standard
from easement.gateway.request import Request
from easement.gateway.standard.items import standard_transaction
from easement.gateway.window import last_days, read_window, window_parameters

_PARAMETERS = frozenset({"startTime", "endTime", "offset", "limit", "mode"})
_DEFAULT_DAYS = 15
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class TransactionsQuestion:
    """One page of one account's rows; `parameters` are what all pages of this list share."""

    call: Call
    account_id: str
    window: TimeWindow
    page: PageRequest
    parameters: Mapping[str, str]
    standard: bool

    async def fetch(
        self, connector: Connector, context: CallContext
    ) -> OfAccount[ListPage[Transaction]] | None:
        """The page by as few questions as the bank allows. Raises `BankError`, `RefusedError`."""
        reader = connector.transactions
        if reader is None:
            raise RefusedError(codes.NOT_IMPLEMENTED, debug="The provider has no transactions.")
        return await ask_about(
            self.account_id,
            self.call.lens,
            connector,
            context,
            lambda: reader.page(context, self.account_id, self.window, self.page),
        )

    def shape(self, data: OfAccount[ListPage[Transaction]] | None) -> Answer:
        """The rows that the app may see, in the bank's order and words.

        Raises:
            RefusedError: 404/701 if the policy hides the account.
        """
        answer = visible(data)
        page = answer.data
        body: dict[str, object] = {}
        if page.items or page.following is not None or self.page.offset != "0":
            body["links"] = page_links(self.call.request, self.parameters, self.page.limit, page)
        lens = self.call.lens
        rows = (row for row in page.items if lens.sees(row.category))
        body["transactions"] = [{row.wrapper: self._shown(answer.category, row)} for row in rows]
        return Answer(200, _encode(body))

    def _shown(self, category: str | None, row: Transaction) -> Mapping[str, msgspec.Raw]:
        """What leaves of a row. The policy has the last word on it, for the row's category and for
        the account's: banks write rows of another kind into an account."""
        fields = standard_transaction(row.wrapper, row.fields) if self.standard else row.fields
        shown: Mapping[str, msgspec.Raw] = fields
        for each in {category, row.category} - {None}:
            shown = self.call.lens.apply(each, shown, f"transactions.{row.wrapper}")
        return shown


class TransactionsFamily:
    """Reads the path and query of transactions."""

    def check_path(self, request: Request) -> None:
        """One account behind the provider. Raises `RefusedError`."""
        if not request.rest or not request.rest[0]:
            raise RefusedError(codes.ACCOUNT_NOT_FOUND, debug="accountId is missing in the path.")
        if len(request.rest) > 1:
            raise forbidden_route(
                f"The path is /{request.endpoint}/{{version}}/{{providerId}}/{{accountId}}."
            )

    def question(self, call: Call) -> TransactionsQuestion:
        """Check account and query.

        Raises:
            RefusedError: 400/401 for a bad parameter, 400/702 and 400/703 for a bad window,
                404/701 for an account that is not consented.
        """
        parameters = read_query(call.request.query, _PARAMETERS)
        page = read_page(parameters)
        window = read_window(parameters) or last_days(call.now, _DEFAULT_DAYS)
        return TransactionsQuestion(
            call=call,
            account_id=consented_account(call.request, call.grant.account_ids),
            window=window,
            page=page,
            parameters={**parameters, **window_parameters(window)},
            standard=wants_standard(parameters),
        )
