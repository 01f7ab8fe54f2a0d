"""The payment networks that an account can be reached by."""

from urllib.parse import quote

import msgspec

from easement.connectors.errors import BankMalformedError
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.fdx_v5.listing import readable
from easement.connectors.model import CallContext, Fields


class _List(msgspec.Struct, rename="camel"):
    payment_networks: list[msgspec.Raw] | None


_fields = msgspec.json.Decoder(Fields)


class PaymentNetworksClient:
    """Asks one bank how money moves to and from an account."""

    def __init__(self, api: DataApi) -> None:
        self._api = api

    async def payment_networks(self, call: CallContext, account_id: str) -> list[Fields]:
        """The account's payment networks, none for an account without. Raises `BankError`."""
        path = f"/accounts/{quote(account_id, safe='')}/payment-networks"
        answer = await self._api.get_json(call, path)
        try:
            rows = msgspec.json.decode(answer.body, type=_List).payment_networks or []
        except (msgspec.MsgspecError, ValueError, RecursionError):
            message = "the list of payment networks cannot be read"
            raise BankMalformedError(message) from None
        networks = readable(rows, _network, "payment networks", call)
        if rows and not networks:
            # An account without networks cannot pay: that must not be said by accident.
            message = "no payment network in the list can be read"
            raise BankMalformedError(message)
        return networks


def _network(row: msgspec.Raw) -> Fields | None:
    try:
        return _fields.decode(row)
    except msgspec.MsgspecError:
        return None
