"""grant_type=refresh_token (RFC 6749 6): each refresh gives a new refresh token."""

from collections.abc import Mapping

from easement.authserver.errors import REFRESH_TOKEN_ABSENT, REFRESH_TOKEN_INVALID, Case
from easement.authserver.token.grants.found import Found
from easement.platform.db import Transaction
from easement.recipients.model import App
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import Redeemed
from easement.tokens.service import Tokens
from easement.tokens.settings import TokenRules

ENDED = REFRESH_TOKEN_INVALID


async def find(
    tokens: Tokens, app: App, rules: TokenRules, form: Mapping[str, str]
) -> Found | Case:
    """The refresh token that `app` presents."""
    refresh_token = form.get("refresh_token")
    if refresh_token is None:
        return REFRESH_TOKEN_ABSENT
    presented = await tokens.find_refresh_token(refresh_token, app.id)
    if presented is None:
        return REFRESH_TOKEN_INVALID

    async def claim(tx: Transaction) -> Redeemed | Case:
        redeemed = await tokens.redeem_refresh_token(tx, presented, rules)
        return REFRESH_TOKEN_INVALID if isinstance(redeemed, TokenRefusal) else redeemed

    return Found(presented.family.grant_id, claim)
