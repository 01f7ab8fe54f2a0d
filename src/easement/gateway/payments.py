"""How money moves to and from an account:
`/payments/{version}/{providerId}/{accountId}/payment-networks`.

Where the provider's policy says so, account numbers leave as tokens: digits that only mean
something together with the routing number that the provider keeps for them.
"""

from dataclasses import dataclass

import msgspec

from easement.connectors.model import CallContext, Fields
from easement.connectors.ports import Connector
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.category import OfAccount, ask_about, consented_account, visible
from easement.gateway.errors import RefusedError, forbidden_route
from easement.gateway.family import Call
from easement.gateway.ports import TokenizesAccountNumbers
from easement.gateway.query import read_query, wants_standard
from easement.gateway.request import Request
from easement.products.forms import PAYMENT_NETWORK, known_members

_PARAMETERS = frozenset({"mode"})
_TOKENIZED = b'"TOKENIZED_ACCOUNT_NUMBER"'
_encode = msgspec.json.Encoder().encode
_number = msgspec.json.Decoder(str | int | None)


@dataclass(frozen=True, slots=True)
class PaymentsQuestion:
    """The payment networks of one account."""

    call: Call
    account_id: str
    tokens: TokenizesAccountNumbers

    async def fetch(
        self, connector: Connector, context: CallContext
    ) -> OfAccount[list[Fields]] | None:
        """The account's networks, unless the policy hides it. Raises `BankError`,
        `RefusedError`."""
        networks = connector.payment_networks
        if networks is None:
            raise RefusedError(codes.NOT_IMPLEMENTED, debug="The provider has no payment data.")
        return await ask_about(
            self.account_id,
            self.call.lens,
            connector,
            context,
            lambda: networks.payment_networks(context, self.account_id),
        )

    def shape(self, data: OfAccount[list[Fields]] | None) -> Answer:
        """The documented members of each network, with tokens where the policy wants them.

        Raises:
            RefusedError: 404/701, the policy hides the account; 500/501, a number that must not
                leave cannot be replaced.
        """
        answer = visible(data)
        lens = self.call.lens
        networks = [known_members(PAYMENT_NETWORK, network) for network in answer.data]
        if lens.tokenizes(answer.category):
            networks = [self._tokenized(network) for network in networks]
        shown = [lens.apply(answer.category, network, "paymentNetworks") for network in networks]
        return Answer(200, _encode({"paymentNetworks": shown}))

    def _tokenized(self, network: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
        if bytes(network.get("identifierType", msgspec.Raw())) == _TOKENIZED:
            return network  # a token of the provider's own
        routing_number = self.call.provider.policy.tokenized_routing_number
        if routing_number is None:
            raise RefusedError(
                codes.SUBSYSTEM_UNAVAILABLE,
                debug="The provider has no routing number for tokenized account numbers.",
            )
        account_number = _account_number(network)
        if account_number is None:
            return network
        token = self.tokens.token(
            provider_id=self.call.provider.id,
            company_id=self.call.app.company_id,
            account_number=account_number,
        )
        return network | {
            "bankId": msgspec.Raw(_encode(routing_number)),
            "identifier": msgspec.Raw(_encode(token)),
            "identifierType": msgspec.Raw(_TOKENIZED),
        }


class PaymentsFamily:
    """Reads the path and query of the payment networks."""

    def __init__(self, tokens: TokenizesAccountNumbers) -> None:
        self._tokens = tokens

    def check_path(self, request: Request) -> None:
        """An account follows the provider, then its networks. Raises `RefusedError`."""
        if request.rest and request.rest[1:] != ("payment-networks",):
            raise forbidden_route(
                "The path is /payments/{version}/{providerId}/{accountId}/payment-networks."
            )

    def question(self, call: Call) -> PaymentsQuestion:
        """Raises `RefusedError`: 404/701 without consent, 400/401 for an unknown parameter."""
        wants_standard(read_query(call.request.query, _PARAMETERS))
        account_id = consented_account(call.request, call.grant.account_ids)
        return PaymentsQuestion(call, account_id, self._tokens)


def _account_number(network: Fields) -> str | None:
    """The number in the network, without the blanks and hyphens that some banks write."""
    if "identifier" not in network:
        return None
    try:
        number = _number.decode(network["identifier"])
    except msgspec.MsgspecError:
        raise RefusedError(
            codes.SUBSYSTEM_UNAVAILABLE, debug="The provider's account number cannot be read."
        ) from None
    if number is None:
        return None
    return str(number).replace(" ", "").replace("-", "")
