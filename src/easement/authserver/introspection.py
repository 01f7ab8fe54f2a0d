"""`POST /introspect` (RFC 7662): an app asks what one of its own tokens is worth."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from easement.authserver.errors import CLIENT_UNKNOWN
from easement.authserver.presented_token import PresentedTokens
from easement.authserver.settings import AuthServerSettings
from easement.authserver.token.client_authentication import ClientAuthentication
from easement.consent.errors import GrantEndedError
from easement.consent.service import Consents
from easement.oauth.errors import OAuthError, Refusal
from easement.recipients.model import App
from easement.tokens.model import TokenKind
from easement.web.forms import FormError, read_form
from easement.web.oauth_json import NO_STORE, refused

_INACTIVE = {"active": False}


class IntrospectionEndpoint:
    """Says of a token that counts what it permits, and of every other nothing."""

    def __init__(
        self,
        clients: ClientAuthentication,
        presented: PresentedTokens,
        consents: Consents,
        settings: AuthServerSettings,
    ) -> None:
        self._clients = clients
        self._presented = presented
        self._consents = consents
        self._issuer = settings.issuer

    async def __call__(self, request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormError as error:
            return refused(Refusal(OAuthError.INVALID_REQUEST, error.message, error.status))
        if form.doubled is not None:
            return refused(
                Refusal(OAuthError.INVALID_REQUEST, "A parameter was given more than once.")
            )
        app = await self._clients.app(request, form)
        if app is None:
            return refused(CLIENT_UNKNOWN)
        token = form.get("token")
        if token is None:
            return refused(Refusal(OAuthError.INVALID_REQUEST, "Missing parameter: token"))
        return JSONResponse(await self._facts(app, token), headers=NO_STORE)

    async def _facts(self, app: App, token: str) -> dict[str, Any]:
        facts = await self._presented.facts(token, app.id)
        if facts is None or not facts.counts:
            return _INACTIVE
        try:
            grant = await self._consents.require_active(facts.grant_id)
        except GrantEndedError:
            return _INACTIVE
        body: dict[str, Any] = {
            "active": True,
            "iss": self._issuer,
            "sub": grant.subject,
            "client_id": app.id,
            "scope": facts.scope,
            "grant_id": grant.id,
            # What FDX calls the same.
            "fdxConsentId": grant.id,
        }
        if facts.kind is not TokenKind.REFRESH:
            body["token_type"] = "Bearer"  # noqa: S105
        if facts.issued_at is not None:
            body["iat"] = int(facts.issued_at.timestamp())
        ends = [end for end in (facts.expires_at, grant.expires_at) if end is not None]
        if ends:
            body["exp"] = int(min(ends).timestamp())
        return body
