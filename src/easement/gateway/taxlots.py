"""The tax lots of one holding: `/taxlots/{version}/{providerId}/{accountId}/{holdingId}`.

Banks have no endpoint for them: they are read from the account's details.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from easement.connectors.errors import BankAnswerError
from easement.connectors.model import Account, AccountsAnswer, CallContext, Fields
from easement.connectors.ports import Connector
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.category import consented_account
from easement.gateway.errors import RefusedError, forbidden_route, from_bank
from easement.gateway.family import Call
from easement.gateway.paging import cut, page_links, read_offset, read_page
from easement.gateway.position_type import with_right_spelling
from easement.gateway.query import read_query, wants_standard
from easement.gateway.request import Request
from easement.products.forms import TAX_LOT, TAX_LOT_HOLDING, known_members

_PARAMETERS = frozenset({"limit", "mode", "offset"})
_encode = msgspec.json.Encoder().encode
_list = msgspec.json.Decoder(list[msgspec.Raw] | None)
_lots = msgspec.json.Decoder(list[Fields] | None)
_holding = msgspec.json.Decoder(Fields)
_id = msgspec.json.Decoder(str | int | None)


class _Error(msgspec.Struct, rename="camel"):
    code: int
    message: str = ""
    debug_message: str | None = None


@dataclass(frozen=True, slots=True)
class TaxLotsQuestion:
    """`limit` lots from `offset` of one holding; `paged` if the app asked for a page."""

    call: Call
    account_id: str
    holding_id: str
    offset: int
    limit: int
    paged: bool
    parameters: Mapping[str, str]

    async def fetch(self, connector: Connector, context: CallContext) -> AccountsAnswer:
        """The account in full detail. Raises `BankError`."""
        return await connector.accounts(context, (self.account_id,))

    def shape(self, data: AccountsAnswer) -> Answer:
        """The window of the holding's lots, in the bank's order.

        `links` stands beside the documented members where an app could use it: it asked for a
        page, or there are more lots than one page holds, which would else be cut without a word.

        Raises:
            RefusedError: 404/701 for a holding that is unknown or has no lots there; 500/501 if
                the bank's holdings cannot be read.
        """
        account = self._account(data)
        holding = _find(account, self.holding_id)
        lots = _tax_lots(holding)
        page = cut(lots, self.offset, self.limit)
        if not page.items:
            raise _not_found(f"The holding has {len(lots)} tax lots; offset is {self.offset}.")
        shown = [known_members(TAX_LOT, with_right_spelling(lot)) for lot in page.items]
        named = known_members(TAX_LOT_HOLDING, holding)
        body = {
            "accountId": msgspec.Raw(_encode(self.account_id)),
            "holding": msgspec.Raw(_encode(named | {"taxLots": msgspec.Raw(_encode(shown))})),
        }
        category = account.category
        answer = dict(self.call.lens.apply(category, body, f"accounts.{category}"))
        if "holding" not in answer:
            raise _not_found("The provider does not share the account's holdings with this app.")
        if self.paged or page.following is not None:
            links = page_links(self.call.request, self.parameters, self.limit, page)
            answer["links"] = msgspec.Raw(_encode(links))
        return Answer(200, _encode(answer))

    def _account(self, data: AccountsAnswer) -> Account:
        for account in data.accounts:
            if account.account_id != self.account_id:
                continue
            if not self.call.lens.sees(account.category):
                raise RefusedError(codes.ACCOUNT_NOT_FOUND)
            if "error" in account.fields and "holdings" not in account.fields:
                raise _own_error(account.fields["error"])
            return account
        raise RefusedError(
            codes.SUBSYSTEM_UNAVAILABLE if data.partial else codes.ACCOUNT_NOT_FOUND,
            debug="The provider did not return the account.",
        )


class TaxLotsFamily:
    """Reads the path and query of the tax lots."""

    def check_path(self, request: Request) -> None:
        """An account and a holding follow the provider. Raises `RefusedError`."""
        if len(request.rest) > 2:
            raise forbidden_route(
                "The path is /taxlots/{version}/{providerId}/{accountId}/{holdingId}."
            )

    def question(self, call: Call) -> TaxLotsQuestion:
        """Check the path and query.

        Raises:
            RefusedError: 404/701 without consent or holdingId, 400/401 for a bad parameter.
        """
        parameters = read_query(call.request.query, _PARAMETERS)
        wants_standard(parameters)
        offset, limit = read_offset(parameters), read_page(parameters).limit
        account_id = consented_account(call.request, call.grant.account_ids)
        holding_id = call.request.rest[1] if len(call.request.rest) == 2 else ""
        if not holding_id:
            raise _not_found("holdingId is missing in the path.")
        return TaxLotsQuestion(
            call=call,
            account_id=account_id,
            holding_id=holding_id,
            offset=offset,
            limit=limit,
            paged=not parameters.keys().isdisjoint({"offset", "limit"}),
            parameters=parameters,
        )


def _not_found(debug: str) -> RefusedError:
    return RefusedError(codes.ACCOUNT_NOT_FOUND, message="Tax Lots not found", debug=debug)


def _unreadable() -> RefusedError:
    return RefusedError(
        codes.SUBSYSTEM_UNAVAILABLE, debug="The provider's holdings of the account cannot be read."
    )


def _own_error(raw: msgspec.Raw) -> RefusedError:
    """What an account that failed at the bank says of itself."""
    try:
        error = msgspec.json.decode(raw, type=_Error)
    except msgspec.MsgspecError:
        return _unreadable()
    # The status is chosen by the code, as for an answer that is an error as a whole.
    return from_bank(BankAnswerError(500, error.code, error.message, error.debug_message))


def _find(account: Account, holding_id: str) -> Fields:
    """The holding of that id. A holding without one has no address here: no other of its fields
    tells it from the rest."""
    try:
        holdings = _list.decode(account.fields.get("holdings", msgspec.Raw(b"null"))) or []
    except (msgspec.MsgspecError, RecursionError):
        raise _unreadable() from None
    for raw in holdings:
        try:
            fields = _holding.decode(raw)
            found = _id.decode(fields["holdingId"])
        except (msgspec.MsgspecError, KeyError, RecursionError):
            continue
        if found is not None and str(found) == holding_id:
            return fields
    raise _not_found("The account has no holding of this holdingId; it may be wrong.")


def _tax_lots(holding: Fields) -> list[Fields]:
    try:
        lots: list[Fields] | None = _lots.decode(holding.get("taxLots", msgspec.Raw(b"null")))
    except (msgspec.MsgspecError, RecursionError):
        raise _unreadable() from None
    if not lots:
        raise _not_found("The holding of this holdingId has no tax lots; it may be wrong.")
    return lots
