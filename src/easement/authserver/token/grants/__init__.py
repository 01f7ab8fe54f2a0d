"""Grant types, one file each (RFC 6749 4.1.3 and 6).

Each finds the consent grant that a request leads to and claims what the request presents; the
endpoint does the rest, so that no grant type can forget a shared check.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from easement.authserver.token.grants import authorization_code, refresh_token
from easement.oauth.errors import Refusal
from easement.platform.db import Transaction
from easement.recipients.model import App
from easement.tokens.model import Redeemed
from easement.tokens.service import Tokens


@dataclass(frozen=True, slots=True)
class GrantType:
    """`ended` is the refusal once the consent behind the request has ended."""

    locate: Callable[[Tokens, App, Mapping[str, str]], Awaitable[str | None]]
    redeem: Callable[[Transaction, Tokens, App, Mapping[str, str]], Awaitable[Redeemed | Refusal]]
    ended: Refusal


GRANT_TYPES: Mapping[str, GrantType] = {
    "authorization_code": GrantType(
        authorization_code.locate, authorization_code.redeem, authorization_code.ENDED
    ),
    "refresh_token": GrantType(refresh_token.locate, refresh_token.redeem, refresh_token.ENDED),
}
