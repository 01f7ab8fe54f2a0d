"""Puts the authorization server together and lists its routes."""

from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from easement.authorizations.service import Authorizations
from easement.authserver import discovery
from easement.authserver.authorize.callback import ProviderCallback
from easement.authserver.authorize.consent import ConsentPage
from easement.authserver.authorize.endpoint import AuthorizationEndpoint
from easement.authserver.authorize.flow import ConsentFlow
from easement.authserver.revocation import RevocationEndpoint
from easement.authserver.settings import AuthServerSettings
from easement.authserver.token.answer import TokenAnswer
from easement.authserver.token.endpoint import TokenEndpoint
from easement.authserver.userinfo import UserInfoEndpoint
from easement.consent.service import Consents
from easement.keys.model import KeyRing
from easement.platform.db import Database
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from easement.recipients.service import Recipients
from easement.tokens.id_tokens import IdTokens
from easement.tokens.service import Tokens
from easement.web.browser import BrowserCookie
from easement.web.pages import Pages

TEMPLATES = Path(__file__).parent / "pages" / "templates"

JSON_PATHS = ("/token", "/revoke", "/token/revoke", "/userinfo")
"""Where every answer speaks OAuth's JSON, whatever its status."""


class Endpoint(Protocol):
    """Answers one path."""

    async def __call__(self, request: Request) -> Response: ...


class AuthServer:
    """The authorization server: its routes, and the two parts others are handed."""

    def __init__(
        self,
        *,
        settings: AuthServerSettings,
        db: Database,
        keys: KeyRing,
        recipients: Recipients,
        directory: Directory,
        connections: Connections,
        authorizations: Authorizations,
        consents: Consents,
        tokens: Tokens,
        id_tokens: IdTokens,
        pages: Pages,
    ) -> None:
        cookie = BrowserCookie(https=settings.https)
        self.flow = ConsentFlow(
            db=db,
            settings=settings,
            recipients=recipients,
            directory=directory,
            connections=connections,
            authorizations=authorizations,
            consents=consents,
            tokens=tokens,
        )
        self.token = TokenEndpoint(
            db=db,
            recipients=recipients,
            tokens=tokens,
            answer=TokenAnswer(settings, consents, directory, connections, id_tokens),
        )
        callback = ProviderCallback(
            flow=self.flow,
            authorizations=authorizations,
            directory=directory,
            settings=settings,
            pages=pages,
            cookie=cookie,
        )
        consent = ConsentPage(
            flow=self.flow,
            authorizations=authorizations,
            recipients=recipients,
            directory=directory,
            settings=settings,
            pages=pages,
            cookie=cookie,
        )
        revoke = RevocationEndpoint(db, recipients, consents, tokens)
        userinfo = UserInfoEndpoint(tokens, consents, connections, settings)
        authorize = AuthorizationEndpoint(self.flow, settings, pages, cookie)
        self.routes = [
            *discovery.routes(settings, keys),
            _route("/auth", authorize, "GET"),
            _route("/callback/{provider_id}", callback, "GET"),
            _route("/consent/{authorization_id}", consent, "GET", "POST"),
            _route("/token", self.token, "POST"),
            _route("/revoke", revoke, "POST"),
            _route("/token/revoke", revoke, "POST"),
            _route("/userinfo", userinfo, "GET", "POST"),
        ]


def _route(path: str, endpoint: Endpoint, *methods: str) -> Route:
    # Starlette takes an object with __call__ for a bare ASGI app; its bound method is a handler.
    route = Route(path, endpoint.__call__, methods=methods)
    # It would answer HEAD like GET: a link scanner would then walk through a consumer's sign-in.
    route.methods = set(methods)
    return route
