"""The redirect URI must be one of the app's, compared as strings (RFC 9700 2.1)."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal

_SHOWN = 300


async def redirect_uri(pending: PendingRequest) -> Refusal | None:
    """Missing, doubled or unregistered: a page with 400, never a redirect."""
    uri = pending.parameters.get("redirect_uri", "")
    registered = pending.app.redirect_uris if pending.app else frozenset[str]()
    if uri in registered and pending.doubled != "redirect_uri":
        return None
    return Refusal(OAuthError.INVALID_REQUEST, f'Unregistered redirect_uri ("{uri[:_SHOWN]}")')
