"""The refusals of the token and revocation endpoints, one table.

Statuses and texts are the documented ones; where RFC 6749 5.2 would use another code
(`invalid_grant` for a used code), the documented code is what existing clients branch on.
"""

from easement.oauth.errors import OAuthError, Refusal
from easement.tokens.errors import TokenRefusal

CODE_INVALID = Refusal(OAuthError.INVALID_REQUEST, "Invalid or expired code parameter.")
REDIRECT_URI_DIFFERS = Refusal(
    OAuthError.INVALID_REQUEST, "redirect_uri did not match URI from initial request."
)
GRANT_TYPE_UNKNOWN = Refusal(OAuthError.INVALID_GRANT)
CLIENT_UNKNOWN = Refusal(OAuthError.INVALID_CLIENT, "Invalid client credentials.", status=401)
REFRESH_TOKEN_ABSENT = Refusal(OAuthError.INVALID_REQUEST, "No refresh token in request.")
REFRESH_TOKEN_INVALID = Refusal(
    OAuthError.INVALID_REQUEST,
    "Refresh token is invalid or has already been claimed by another client.",
)
PKCE_FAILED = Refusal(OAuthError.INVALID_GRANT, "Invalid code_verifier parameter.")

REVOCATION_CLIENT_UNKNOWN = Refusal(OAuthError.UNAUTHORIZED_CLIENT, status=401)
REVOCATION_INVALID = Refusal(OAuthError.INVALID_REQUEST)
REVOCATION_HINT_UNKNOWN = Refusal(OAuthError.UNSUPPORTED_TOKEN_TYPE)

CODE_REFUSALS = {
    TokenRefusal.INVALID: CODE_INVALID,
    TokenRefusal.REDIRECT_URI_DIFFERS: REDIRECT_URI_DIFFERS,
    TokenRefusal.PKCE_FAILED: PKCE_FAILED,
}
