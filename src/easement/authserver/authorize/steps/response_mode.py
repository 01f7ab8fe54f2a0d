"""Answers go into the query of the redirect URI, nowhere else."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal


async def response_mode(pending: PendingRequest) -> Refusal | None:
    """An app that asked for another mode would not find its answer."""
    if pending.parameters.get("response_mode", "query") == "query":
        return None
    return Refusal(OAuthError.INVALID_REQUEST, "Expected response_mode=query", redirect_safe=True)
