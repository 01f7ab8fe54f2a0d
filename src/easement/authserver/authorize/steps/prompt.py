"""prompt=none asks for no page at all, the other values for one (OIDC Core 3.1.2.1)."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal


async def prompt(pending: PendingRequest) -> Refusal | None:
    """login, consent and select_account are what happens anyway; none stands alone."""
    if pending.is_silent and len(pending.prompts) > 1:
        return Refusal(
            OAuthError.INVALID_REQUEST,
            "Expected prompt=none without another value",
            redirect_safe=True,
        )
    return None
