"""The holders of an account: `/contacts/{version}/{providerId}/{accountId}`."""

from dataclasses import dataclass

import msgspec

from easement.connectors.model import CallContext, Fields
from easement.connectors.ports import Connector
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.category import OfAccount, ask_about, consented_account, visible
from easement.gateway.customers import only_accounts
from easement.gateway.errors import RefusedError, forbidden_route
from easement.gateway.family import Call
from easement.gateway.query import read_query, wants_standard
from easement.gateway.request import Request
from easement.products.forms import ACCOUNT_CONTACT, known_members

_PARAMETERS = frozenset({"mode"})
_encode = msgspec.json.Encoder().encode
_holders = msgspec.json.Decoder(list[Fields | None])


@dataclass(frozen=True, slots=True)
class ContactsQuestion:
    """Who holds one account, and where to reach them."""

    call: Call
    account_id: str

    async def fetch(self, connector: Connector, context: CallContext) -> OfAccount[Fields] | None:
        """The account's contact, unless the policy hides it. Raises `BankError`, `RefusedError`."""
        contacts = connector.contacts
        if contacts is None:
            raise RefusedError(codes.NOT_IMPLEMENTED, debug="The provider has no account holders.")
        return await ask_about(
            self.account_id,
            self.call.lens,
            connector,
            context,
            lambda: contacts.contact(context, self.account_id),
        )

    def shape(self, data: OfAccount[Fields] | None) -> Answer:
        """The documented members; holders name no accounts but consented ones.

        Raises:
            RefusedError: 404/701, the policy hides the account.
        """
        answer = visible(data)
        fields = known_members(ACCOUNT_CONTACT, answer.data)
        if "holders" in fields and bytes(fields["holders"]) != b"null":
            # Which other accounts the policy hides is not known here, so none is named.
            is_hiding = self.call.lens.by_category
            ids = frozenset({self.account_id}) if is_hiding else self.call.grant.account_ids
            holders = [
                only_accounts(holder, ids)
                for holder in _holders.decode(fields["holders"])
                if holder is not None
            ]
            fields["holders"] = msgspec.Raw(_encode(holders))
        return Answer(200, _encode(self.call.lens.apply(answer.category, fields)))


class ContactsFamily:
    """Reads the path and query of the account holders."""

    def check_path(self, request: Request) -> None:
        """An account follows the provider, and nothing else. Raises `RefusedError`."""
        if len(request.rest) > 1:
            raise forbidden_route("The path is /contacts/{version}/{providerId}/{accountId}.")

    def question(self, call: Call) -> ContactsQuestion:
        """Raises `RefusedError`: 404/701 without consent, 400/401 for an unknown parameter."""
        wants_standard(read_query(call.request.query, _PARAMETERS))
        return ContactsQuestion(call, consented_account(call.request, call.grant.account_ids))
