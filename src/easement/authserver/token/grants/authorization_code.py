"""grant_type=authorization_code (RFC 6749 4.1.3)."""

from collections.abc import Mapping

from easement.authserver.errors import (
    CODE_ABSENT,
    CODE_INVALID,
    CODE_REFUSALS,
    REDIRECT_URI_ABSENT,
    Case,
)
from easement.authserver.token.grants.found import Found
from easement.platform.db import Transaction
from easement.recipients.model import App
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import Redeemed
from easement.tokens.service import Tokens
from easement.tokens.settings import TokenRules

ENDED = CODE_INVALID


async def find(
    tokens: Tokens, app: App, rules: TokenRules, form: Mapping[str, str]
) -> Found | Case:
    """The code that `app` presents."""
    code, redirect_uri = form.get("code"), form.get("redirect_uri")
    if code is None:
        return CODE_ABSENT
    if redirect_uri is None:
        return REDIRECT_URI_ABSENT
    grant_id = await tokens.grant_of_code(code, app.id)
    if grant_id is None:
        return CODE_INVALID

    async def claim(tx: Transaction) -> Redeemed | Case:
        redeemed = await tokens.redeem_code(
            tx,
            code=code,
            app_id=app.id,
            redirect_uri=redirect_uri,
            code_verifier=form.get("code_verifier"),
            rules=rules,
        )
        return CODE_REFUSALS[redeemed] if isinstance(redeemed, TokenRefusal) else redeemed

    return Found(grant_id, claim)
