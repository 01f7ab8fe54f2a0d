"""PKCE is required (RFC 9700 2.1.1)."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal


async def pkce_required(pending: PendingRequest) -> Refusal | None:
    """Without a challenge a stolen code could be slipped into somebody else's session."""
    if "code_challenge" in pending.parameters:
        return None
    return Refusal(
        OAuthError.INVALID_REQUEST, "Missing parameter: code_challenge", redirect_safe=True
    )
