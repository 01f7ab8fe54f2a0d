"""How long ago the consumer may have signed in at the bank (OIDC Core 3.1.2.1)."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal


async def max_age(pending: PendingRequest) -> Refusal | None:
    """Seconds; a value that cannot be read must not be taken for "any age will do"."""
    value = pending.parameters.get("max_age")
    if value is None or (value.isascii() and value.isdigit() and len(value) <= 9):
        return None
    return Refusal(
        OAuthError.INVALID_REQUEST,
        "Expected max_age to be a number of seconds",
        redirect_safe=True,
    )
