"""Tokens that stand for account numbers.

A token is computed, not stored: the same account at the same provider has one token for each
recipient company, so nothing has to be kept, and companies cannot match their customers by it.
"""

import base64
from itertools import count

from easement.keys.model import KeyRing

# The longest account number that a payment file of the ACH network has room for. Tokens always
# use all of it: a shorter one would come out the same for two accounts far too soon.
_DIGITS = 17
# Programs that keep account numbers as numbers lose a leading zero.
_SMALLEST = 10 ** (_DIGITS - 1)


class AccountNumberTokens:
    """Makes the tokens of one network."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def token(self, *, provider_id: str, company_id: str, account_number: str) -> str:
        """17 digits, stable for as long as the network lives, never the account number itself."""
        for attempt in count():
            pseudonym = self._keys.pseudonym(
                "account number", provider_id, company_id, account_number, str(attempt)
            )
            number = int.from_bytes(base64.urlsafe_b64decode(pseudonym + "="))
            token = str(_SMALLEST + number % (9 * _SMALLEST))
            if token != account_number:
                break
        return token
