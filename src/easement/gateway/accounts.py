"""The product family that lists accounts: `/accounts-info`, `/balances` and `/accounts`."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

from easement.connectors.model import AccountsAnswer, CallContext
from easement.connectors.ports import Connector
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.errors import RefusedError, forbidden_route
from easement.gateway.family import Call
from easement.gateway.query import Page, check_mode, read_account_ids, read_page, read_query
from easement.gateway.request import Request
from easement.gateway.tax_lots import with_both_spellings
from easement.products.fields import project
from easement.products.model import Product

_PARAMETERS = frozenset({"accountIds", "mode", "offset", "limit"})
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class AccountsQuestion:
    """What one call asks: `ids` are consented ones, `named` whether the app listed them itself."""

    product: Product
    request: Request
    ids: tuple[str, ...]
    named: bool
    page: Page | None
    parameters: Mapping[str, str]

    async def fetch(self, connector: Connector, context: CallContext) -> AccountsAnswer:
        """All accounts by one question to the bank. Raises `BankError`."""
        return await connector.accounts(context, self.ids)

    def shape(self, data: AccountsAnswer) -> Answer:
        """Drop what is not consented or not of the product; 206 where something is missing.

        Raises:
            RefusedError: the bank returned none of the accounts.
        """
        wanted = set(self.ids)
        partial = data.partial
        accounts: list[dict[str, dict[str, msgspec.Raw]]] = []
        for account in data.accounts:
            if account.account_id not in wanted:
                continue  # not consented or not asked for, or a repetition
            wanted.discard(account.account_id)
            fields = project(self.product, account.category, account.fields)
            partial = partial or "error" in fields
            if self.product is Product.INVESTMENTS and "holdings" in fields:
                fields["holdings"] = with_both_spellings(fields["holdings"])
            accounts.append({account.category: fields})
        if not accounts:
            raise RefusedError(
                codes.SUBSYSTEM_UNAVAILABLE if partial else codes.ACCOUNT_NOT_FOUND,
                debug="The provider returned none of the accounts.",
            )
        if self.named and wanted:
            partial = True
        body: dict[str, object] = {"accounts": accounts}
        if self.page is not None:
            body = self._window(self.page, accounts)
        return Answer(206 if partial else 200, _encode(body))

    def _window(
        self, page: Page, accounts: list[dict[str, dict[str, msgspec.Raw]]]
    ) -> dict[str, object]:
        end = page.offset + page.limit
        links = {"prev": {"href": self._href(max(0, page.offset - page.limit), page.limit)}}
        if end < len(accounts):
            links["next"] = {"href": self._href(end, page.limit)}
        return {"links": links, "accounts": accounts[page.offset : end]}

    def _href(self, offset: int, limit: int) -> str:
        """A relative link with the query in alphabetical order, as documented."""
        request = self.request
        parameters = {**self.parameters, "offset": str(offset), "limit": str(limit)}
        query = urlencode(sorted(parameters.items()), quote_via=quote)
        provider = quote(request.provider_id, safe="")
        return f"/{request.endpoint}/{request.version.name}/{provider}?{query}"


class AccountsFamily:
    """Reads the path and query of the account lists."""

    def check_path(self, request: Request) -> None:
        """Nothing follows the provider. Raises `RefusedError`."""
        if request.rest:
            raise forbidden_route(f"The path is /{request.endpoint}/{{version}}/{{providerId}}.")

    def question(self, call: Call) -> AccountsQuestion:
        """Check the query against what the consumer consented to.

        Raises:
            RefusedError: 400/401 for a bad parameter, 404/701 for an account that is not consented.
        """
        parameters = read_query(call.request.query, _PARAMETERS)
        check_mode(parameters)
        page = read_page(parameters)
        named = read_account_ids(parameters)
        if named is not None and not call.grant.account_ids.issuperset(named):
            raise RefusedError(codes.ACCOUNT_NOT_FOUND)
        return AccountsQuestion(
            product=call.product,
            request=call.request,
            ids=tuple(sorted(call.grant.account_ids)) if named is None else named,
            named=named is not None,
            page=page,
            parameters=parameters,
        )
