"""The customer record: `/customers/{version}/{providerId}/current`."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from easement.connectors.model import CallContext, Fields
from easement.connectors.ports import Connector
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.errors import RefusedError, forbidden_route
from easement.gateway.family import Call
from easement.gateway.query import read_query, wants_standard
from easement.gateway.request import Request
from easement.products.forms import CUSTOMER, known_members

_PARAMETERS = frozenset({"mode"})
_encode = msgspec.json.Encoder().encode
_entries = msgspec.json.Decoder(list[msgspec.Raw])


class _AccountKey(msgspec.Struct, rename="camel"):
    account_id: str | None = None


_key = msgspec.json.Decoder(str | _AccountKey | None)


@dataclass(frozen=True, slots=True)
class CustomerAnswer:
    """The bank's record; `categories` of its accounts where the policy depends on them."""

    fields: Fields
    categories: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CustomersQuestion:
    """Who allowed the access."""

    call: Call

    async def fetch(self, connector: Connector, context: CallContext) -> CustomerAnswer:
        """The bank's record of the login. Raises `BankError`, `RefusedError`."""
        if connector.customers is None:
            raise RefusedError(codes.NOT_IMPLEMENTED, debug="The provider has no customer data.")
        categories: dict[str, str] = {}
        if self.call.lens.by_category:
            choices = await connector.account_choices(context)
            categories = {choice.account_id: choice.category for choice in choices}
        return CustomerAnswer(await connector.customers.customer(context), categories)

    def shape(self, data: CustomerAnswer) -> Answer:
        """The documented members, with those accounts that the app may know of.

        Raises:
            RefusedError: the policy hides customers from this app.
        """
        lens = self.call.lens
        if not lens.sees(None):
            raise RefusedError(
                codes.FORBIDDEN, debug="The provider does not share customer data with this app."
            )
        ids = self.call.grant.account_ids
        if lens.by_category:
            ids = frozenset(
                account_id
                for account_id in ids
                if account_id in data.categories and lens.sees(data.categories[account_id])
            )
        fields = only_accounts(known_members(CUSTOMER, data.fields), ids)
        return Answer(200, _encode({"customer": lens.apply(None, fields, "customer")}))


class CustomersFamily:
    """Reads the path and query of the customer record."""

    def check_path(self, request: Request) -> None:
        """There is no customer but the one who allowed the access. Raises `RefusedError`."""
        if request.rest != ("current",):
            raise forbidden_route("The path is /customers/{version}/{providerId}/current.")

    def question(self, call: Call) -> CustomersQuestion:
        """Raises `RefusedError`: 400/401 for an unknown parameter."""
        wants_standard(read_query(call.request.query, _PARAMETERS))
        return CustomersQuestion(call)


def only_accounts(
    person: Mapping[str, msgspec.Raw], account_ids: frozenset[str]
) -> dict[str, msgspec.Raw]:
    """A customer or holder whose `accounts` name no others than `account_ids`; null stays null."""
    fields = dict(person)
    held = fields.get("accounts")
    if held is not None and bytes(held) != b"null":
        kept = [entry for entry in _entries.decode(held) if _account_id(entry) in account_ids]
        fields["accounts"] = msgspec.Raw(_encode(kept))
    return fields


def _account_id(entry: msgspec.Raw) -> str | None:
    try:
        key = _key.decode(entry)
    except msgspec.MsgspecError:
        return None
    return key.account_id if isinstance(key, _AccountKey) else key
