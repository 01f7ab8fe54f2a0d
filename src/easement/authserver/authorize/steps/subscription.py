"""The app must be subscribed to the provider."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal


async def subscription(pending: PendingRequest) -> Refusal | None:
    """Else its data calls would all fail: better told before the consumer signs in."""
    if pending.app and pending.provider and pending.app.is_subscribed(pending.provider.id):
        return None
    return Refusal(
        OAuthError.UNAUTHORIZED_CLIENT,
        "The app has no active subscription to this provider",
        redirect_safe=True,
    )
