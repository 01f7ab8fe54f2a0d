"""What a token request presents, found and not yet claimed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from easement.authserver.errors import Case
from easement.platform.db import Transaction
from easement.tokens.model import Redeemed


@dataclass(frozen=True, slots=True)
class Found:
    """A code or refresh token that is known, used or not, with the grant it belongs to."""

    grant_id: str
    claim: Callable[[Transaction], Awaitable[Redeemed | Case]]
