"""Request objects are refused cleanly (OIDC Core 6.1, 6.2): never fetched, never ignored."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal


async def request_object(pending: PendingRequest) -> Refusal | None:
    """Ignoring one would run a request that the app did not mean."""
    if "request" in pending.parameters:
        return Refusal(OAuthError.REQUEST_NOT_SUPPORTED, redirect_safe=True)
    if "request_uri" in pending.parameters:
        return Refusal(OAuthError.REQUEST_URI_NOT_SUPPORTED, redirect_safe=True)
    return None
