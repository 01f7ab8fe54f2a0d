"""The scope must ask for an id_token, which is the bearer of product calls."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal
from easement.oauth.scope import OPENID, parse_scope


async def scope(pending: PendingRequest) -> Refusal | None:
    """Without ``openid``: invalid_scope by redirect."""
    if OPENID in parse_scope(pending.parameters.get("scope", "")):
        return None
    return Refusal(
        OAuthError.INVALID_SCOPE, 'Missing required scope(s) ["openid"].', redirect_safe=True
    )
