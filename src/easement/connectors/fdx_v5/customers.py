"""The bank's customer record."""

import msgspec

from easement.connectors.errors import BankMalformedError
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.model import CallContext, Fields

_decoder = msgspec.json.Decoder(Fields)


class CustomersClient:
    """Asks one bank who allowed the access."""

    def __init__(self, api: DataApi) -> None:
        self._api = api

    async def customer(self, call: CallContext) -> Fields:
        """The record of the person who signed in. Raises `BankError`.

        FDX answers the record itself; banks also wrap it, as the product API does.
        """
        answer = await self._api.get_json(call, "/customers/current")
        try:
            fields = _decoder.decode(answer.body)
            if "customer" in fields:
                fields = _decoder.decode(fields["customer"])
            elif "customerId" not in fields:
                message = "the answer is no customer record"
                raise BankMalformedError(message)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            message = "the customer record cannot be read"
            raise BankMalformedError(message) from None
        return fields
