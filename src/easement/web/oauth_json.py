"""Refusals in OAuth's JSON (RFC 6749 5.2), for every surface that speaks it."""

from starlette.responses import JSONResponse

from easement.oauth.errors import OAuthError, Refusal

NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}

_BY_STATUS = {
    429: OAuthError.TEMPORARILY_UNAVAILABLE,
    500: OAuthError.SERVER_ERROR,
    503: OAuthError.TEMPORARILY_UNAVAILABLE,
}


def refused(refusal: Refusal) -> JSONResponse:
    """The JSON of a refusal."""
    body = {"error": str(refusal.error)}
    if refusal.description is not None:
        body["error_description"] = refusal.description
    headers = dict(NO_STORE)
    if refusal.status == 401:
        # RFC 6749 5.2: a client that tried HTTP authentication is told the scheme.
        headers["www-authenticate"] = 'Basic realm="token"'
    return JSONResponse(body, refusal.status, headers)


def voice(status: int, message: str) -> JSONResponse:
    """404, 405, 413, 429, 500 and 503 in the same form."""
    error = _BY_STATUS.get(status, OAuthError.INVALID_REQUEST)
    return refused(Refusal(error, message, status=status))
