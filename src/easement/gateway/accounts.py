"""The product family that lists accounts: `/accounts-info`, `/balances` and `/accounts`."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from easement.connectors.model import AccountsAnswer, CallContext
from easement.connectors.ports import Connector
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.errors import RefusedError, forbidden_route
from easement.gateway.family import Call
from easement.gateway.lens import Lens
from easement.gateway.paging import cut, page_links, read_offset, read_page
from easement.gateway.position_type import with_both_spellings
from easement.gateway.query import read_account_ids, read_query, wants_standard
from easement.gateway.request import Request
from easement.gateway.standard.items import standard_account
from easement.products.fields import project
from easement.products.model import Product

_PARAMETERS = frozenset({"accountIds", "mode", "offset", "limit"})
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class AccountsQuestion:
    """What one call asks: `ids` are consented ones, `named` whether the app listed them itself;
    `limit` accounts from `offset` if it asked for a page, else all (None)."""

    product: Product
    request: Request
    ids: tuple[str, ...]
    named: bool
    offset: int
    limit: int | None
    parameters: Mapping[str, str]
    standard: bool
    lens: Lens

    async def fetch(self, connector: Connector, context: CallContext) -> AccountsAnswer:
        """All accounts by one question to the bank. Raises `BankError`."""
        return await connector.accounts(context, self.ids)

    def shape(self, data: AccountsAnswer) -> Answer:
        """Drop what is not consented or not of the product; 206 where something is missing.

        Raises:
            RefusedError: the bank returned none of the accounts, or the provider lets the app see
                none of them, or not one that it named.
        """
        wanted = set(self.ids)
        partial = data.partial
        accounts: list[dict[str, Mapping[str, msgspec.Raw]]] = []
        for account in data.accounts:
            if account.account_id not in wanted:
                continue  # not consented or not asked for, or a repetition
            if not self.lens.sees(account.category):
                if self.named:
                    raise RefusedError(codes.ACCOUNT_NOT_FOUND)  # as if it were not consented
                continue
            wanted.discard(account.account_id)
            fields = project(self.product, account.category, account.fields)
            partial = partial or "error" in fields
            if self.product is Product.INVESTMENTS and "holdings" in fields:
                fields["holdings"] = with_both_spellings(fields["holdings"])
            shown = self._seen(account.category, fields)
            accounts.append({account.category: shown})
        if not accounts:
            raise RefusedError(
                codes.SUBSYSTEM_UNAVAILABLE if partial else codes.ACCOUNT_NOT_FOUND,
                debug="The provider returned none of the accounts.",
            )
        if self.named and wanted:
            partial = True
        body: dict[str, object] = {"accounts": accounts}
        if self.limit is not None:
            page = cut(accounts, self.offset, self.limit)
            links = page_links(self.request, self.parameters, self.limit, page)
            body = {"links": links, "accounts": page.items}
        return Answer(206 if partial else 200, _encode(body))

    def _seen(self, category: str, fields: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """What leaves of an account. Its own error is in our words, and no field of the data."""
        if self.standard:
            fields = standard_account(category, fields)
        shown = self.lens.apply(category, fields, f"accounts.{category}")
        return {**shown, "error": fields["error"]} if "error" in fields else shown


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
        offset, limit = read_offset(parameters), read_page(parameters).limit
        is_paged = not parameters.keys().isdisjoint({"offset", "limit"})
        named = read_account_ids(parameters)
        if named is not None and not call.grant.account_ids.issuperset(named):
            raise RefusedError(codes.ACCOUNT_NOT_FOUND)
        return AccountsQuestion(
            product=call.product,
            request=call.request,
            ids=tuple(sorted(call.grant.account_ids)) if named is None else named,
            named=named is not None,
            offset=offset,
            limit=limit if is_paged else None,
            parameters=parameters,
            standard=wants_standard(parameters),
            lens=call.lens,
        )
