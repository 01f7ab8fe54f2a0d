"""PKCE, where it is sent, is enforced (RFC 7636 4.4.1)."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal
from easement.oauth.pkce import is_challenge


async def pkce(pending: PendingRequest) -> Refusal | None:
    """Only S256: ``plain`` protects nothing that is worth protecting (RFC 9700 2.1.1)."""
    challenge = pending.parameters.get("code_challenge")
    method = pending.parameters.get("code_challenge_method")
    if challenge is None and method is None:
        return None
    if method == "S256" and challenge is not None and is_challenge(challenge):
        return None
    return Refusal(
        OAuthError.INVALID_REQUEST,
        "Expected code_challenge_method=S256 and a code_challenge of 43 base64url characters",
        redirect_safe=True,
    )
