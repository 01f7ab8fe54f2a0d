"""`/userinfo` (OIDC Core 5.3): the claims of the person behind an access token."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from easement.authserver.settings import AuthServerSettings
from easement.consent.errors import GrantEndedError
from easement.consent.service import Consents
from easement.oauth.errors import OAuthError
from easement.oauth.scope import EMAIL, PROFILE, parse_scope
from easement.providers.connections import Connections
from easement.providers.errors import ConnectionGoneError
from easement.tokens.service import Tokens
from easement.web.forms import FormError, read_form
from easement.web.oauth_json import NO_STORE

_FORM = "application/x-www-form-urlencoded"


class UserInfoEndpoint:
    """Answers GET and POST with the access token in the header (RFC 6750 2.1), and POST with it in
    the form (2.2). Never in the query: that ends up in logs and histories."""

    def __init__(
        self,
        tokens: Tokens,
        consents: Consents,
        connections: Connections,
        settings: AuthServerSettings,
    ) -> None:
        self._tokens = tokens
        self._consents = consents
        self._connections = connections
        self._settings = settings

    async def __call__(self, request: Request) -> Response:
        try:
            presented = await _presented(request)
        except FormError as error:
            return _refused(error.status, OAuthError.INVALID_REQUEST)
        if len(presented) > 1:
            # RFC 6750 2: one way in a request.
            return _refused(400, OAuthError.INVALID_REQUEST)
        if not presented:
            # RFC 6750 3.1: no credentials, no error code.
            return _refused(401, None)
        known = await self._tokens.grant_of_access_token(presented[0])
        if known is None:
            return _refused(401, OAuthError.INVALID_TOKEN)
        grant_id, scope = known
        try:
            grant = await self._consents.require_active(grant_id)
            connection = await self._connections.open(grant.connection_id)
        except (GrantEndedError, ConnectionGoneError):
            return _refused(401, OAuthError.INVALID_TOKEN)
        claims: dict[str, object] = {"sub": grant.subject}
        scopes = parse_scope(scope)
        if PROFILE in scopes:
            revealed = self._settings.reveal_login
            claims["name"] = connection.login if revealed else grant.subject
        if EMAIL in scopes and connection.email is not None:
            claims |= {"email": connection.email, "email_verified": connection.email_verified}
        return JSONResponse(claims, headers=NO_STORE)


async def _presented(request: Request) -> list[str]:
    """The access tokens that a request carries. Raises `FormError`."""
    presented = []
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        presented.append(token.strip())
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and content_type == _FORM:
        form = await read_form(request)
        if "access_token" in form:
            presented.append(form["access_token"])
        if form.doubled == "access_token":
            presented.append("twice")
    return presented


def _refused(status: int, error: OAuthError | None) -> Response:
    challenge = 'Bearer realm="userinfo"'
    if error is not None:
        challenge += f', error="{error}"'
    return JSONResponse(
        {"error": error or OAuthError.INVALID_TOKEN},
        status,
        {**NO_STORE, "www-authenticate": challenge},
    )
