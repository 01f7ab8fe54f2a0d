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
from easement.web.oauth_json import NO_STORE


class UserInfoEndpoint:
    """Answers GET and POST with the access token in the header (RFC 6750 2.1)."""

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
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            # RFC 6750 3.1: no credentials, no error code.
            return _unauthorized('Bearer realm="userinfo"')
        known = await self._tokens.grant_of_access_token(token.strip())
        if known is None:
            return _unauthorized('Bearer realm="userinfo", error="invalid_token"')
        grant_id, scope = known
        try:
            grant = await self._consents.require_active(grant_id)
            connection = await self._connections.open(grant.connection_id)
        except (GrantEndedError, ConnectionGoneError):
            return _unauthorized('Bearer realm="userinfo", error="invalid_token"')
        claims: dict[str, object] = {"sub": grant.subject}
        scopes = parse_scope(scope)
        if PROFILE in scopes:
            revealed = self._settings.reveal_login
            claims["name"] = connection.login if revealed else grant.subject
        if EMAIL in scopes and connection.email is not None:
            claims |= {"email": connection.email, "email_verified": connection.email_verified}
        return JSONResponse(claims, headers=NO_STORE)


def _unauthorized(challenge: str) -> Response:
    return JSONResponse(
        {"error": OAuthError.INVALID_TOKEN},
        401,
        {**NO_STORE, "www-authenticate": challenge},
    )
