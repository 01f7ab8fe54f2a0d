"""Only the code flow is offered (RFC 9700 2.1.2)."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal

_KNOWN = {
    "token",
    "id_token",
    "none",
    "code token",
    "code id_token",
    "id_token token",
    "code id_token token",
}


async def response_type(pending: PendingRequest) -> Refusal | None:
    """Empty or nonsense: invalid_request; a known other flow: unsupported_response_type."""
    value = pending.parameters.get("response_type")
    if value == "code":
        return None
    if value is not None and " ".join(sorted(value.split())) in _KNOWN:
        return Refusal(
            OAuthError.UNSUPPORTED_RESPONSE_TYPE, "Expected response_type=code", redirect_safe=True
        )
    return Refusal(OAuthError.INVALID_REQUEST, "Invalid response type", redirect_safe=True)
