"""The client must be a registered app."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal


async def client(pending: PendingRequest) -> Refusal | None:
    """Unknown or missing: a page with 400, never a redirect."""
    if pending.app is None:
        return Refusal(OAuthError.INVALID_CLIENT, 'Invalid client_id ("client_id").')
    return None
