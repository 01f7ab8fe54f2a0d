"""grant_type=refresh_token (RFC 6749 6): each refresh gives a new refresh token."""

from collections.abc import Mapping

from easement.authserver.errors import REFRESH_TOKEN_ABSENT, REFRESH_TOKEN_INVALID
from easement.oauth.errors import Refusal
from easement.platform.db import Transaction
from easement.recipients.model import App
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import Redeemed
from easement.tokens.service import Tokens

ENDED = REFRESH_TOKEN_INVALID


async def locate(tokens: Tokens, app: App, form: Mapping[str, str]) -> str | None:
    """The grant that the presented refresh token belongs to."""
    return await tokens.grant_of_refresh_token(form.get("refresh_token", ""), app.id)


async def redeem(
    tx: Transaction, tokens: Tokens, app: App, form: Mapping[str, str]
) -> Redeemed | Refusal:
    """Claim the refresh token for `app`."""
    refresh_token = form.get("refresh_token")
    if refresh_token is None:
        return REFRESH_TOKEN_ABSENT
    redeemed = await tokens.redeem_refresh_token(tx, refresh_token=refresh_token, app_id=app.id)
    return REFRESH_TOKEN_INVALID if isinstance(redeemed, TokenRefusal) else redeemed
