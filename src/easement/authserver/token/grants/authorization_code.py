"""grant_type=authorization_code (RFC 6749 4.1.3)."""

from collections.abc import Mapping

from easement.authserver.errors import CODE_INVALID, CODE_REFUSALS, REDIRECT_URI_DIFFERS
from easement.oauth.errors import Refusal
from easement.platform.db import Transaction
from easement.recipients.model import App
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import Redeemed
from easement.tokens.service import Tokens

ENDED = CODE_INVALID


async def locate(tokens: Tokens, app: App, form: Mapping[str, str]) -> str | None:
    """The grant that the presented code belongs to."""
    return await tokens.grant_of_code(form.get("code", ""), app.id)


async def redeem(
    tx: Transaction, tokens: Tokens, app: App, form: Mapping[str, str]
) -> Redeemed | Refusal:
    """Claim the code for `app`."""
    code = form.get("code")
    if code is None:
        return CODE_INVALID
    redirect_uri = form.get("redirect_uri")
    if redirect_uri is None:
        return REDIRECT_URI_DIFFERS
    redeemed = await tokens.redeem_code(
        tx,
        code=code,
        app_id=app.id,
        redirect_uri=redirect_uri,
        code_verifier=form.get("code_verifier"),
    )
    return CODE_REFUSALS[redeemed] if isinstance(redeemed, TokenRefusal) else redeemed
