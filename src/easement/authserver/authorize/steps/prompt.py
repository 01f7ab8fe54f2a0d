"""prompt=none asks for no page at all (OIDC Core 3.1.2.1), but every link is made at the bank."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal


async def prompt(pending: PendingRequest) -> Refusal | None:
    """login, consent and select_account are what happens anyway."""
    if "none" in pending.parameters.get("prompt", "").split(" "):
        return Refusal(
            OAuthError.LOGIN_REQUIRED, "The consumer has to sign in at the bank", redirect_safe=True
        )
    return None
