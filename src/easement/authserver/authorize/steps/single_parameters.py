"""No parameter may come twice (RFC 6749 3.1)."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal


async def single_parameters(pending: PendingRequest) -> Refusal | None:
    """Which of two values was meant cannot be known."""
    if pending.doubled is None:
        return None
    return Refusal(
        OAuthError.INVALID_REQUEST, "A parameter was given more than once", redirect_safe=True
    )
