"""The one place where refusals become answers of the token and revocation endpoints.

Statuses and texts are the documented ones; where RFC 6749 5.2 would use another code
(`invalid_grant` for a used code), the documented code is what existing clients branch on.
"""

from starlette.responses import JSONResponse

from easement.oauth.errors import OAuthError, Refusal
from easement.tokens.errors import TokenRefusal

NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}

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


def refused(refusal: Refusal) -> JSONResponse:
    """The JSON of a refusal (RFC 6749 5.2)."""
    body = {"error": refusal.error}
    if refusal.description is not None:
        body["error_description"] = refusal.description  # type: ignore[assignment]
    headers = dict(NO_STORE)
    if refusal.status == 401:
        # RFC 6749 5.2: a client that tried HTTP authentication is told the scheme.
        headers["www-authenticate"] = 'Basic realm="token"'
    return JSONResponse(body, refusal.status, headers)


def voice(status: int, message: str) -> JSONResponse:
    """404, 405, 413, 500 and 503 of these endpoints, in OAuth's form."""
    error = {500: OAuthError.SERVER_ERROR, 503: OAuthError.TEMPORARILY_UNAVAILABLE}.get(
        status, OAuthError.INVALID_REQUEST
    )
    return refused(Refusal(error, message, status=status))
