"""The contact data that the bank keeps with an account: its holders and where to reach them."""

from urllib.parse import quote

import msgspec

from easement.connectors.errors import BankMalformedError
from easement.connectors.fdx_v5.api import DataApi
from easement.connectors.model import CallContext, Fields

_MEMBERS = frozenset({"holders", "emails", "addresses", "telephones"})
_decoder = msgspec.json.Decoder(Fields)


class ContactsClient:
    """Asks one bank for an account's contact."""

    def __init__(self, api: DataApi) -> None:
        self._api = api

    async def contact(self, call: CallContext, account_id: str) -> Fields:
        """The account's contact. Raises `BankError`."""
        answer = await self._api.get_json(call, f"/accounts/{quote(account_id, safe='')}/contact")
        try:
            fields = _decoder.decode(answer.body)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            message = "the account's contact cannot be read"
            raise BankMalformedError(message) from None
        # No member is required: an error that a bank sends with 200 would be a contact too.
        if fields and fields.keys().isdisjoint(_MEMBERS):
            message = "the answer is no contact"
            raise BankMalformedError(message)
        return fields
