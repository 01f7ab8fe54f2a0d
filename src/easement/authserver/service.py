"""Puts the authorization server together and lists its routes."""

from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from easement.authorizations.service import Authorizations
from easement.authserver import discovery, provider_keys
from easement.authserver.attempts import Attempts
from easement.authserver.authorize.callback import ProviderCallback
from easement.authserver.authorize.consent import ConsentPage
from easement.authserver.authorize.endpoint import AuthorizationEndpoint
from easement.authserver.authorize.flow import ConsentFlow
from easement.authserver.authorize.refusals import Refusals
from easement.authserver.authorize.silent import SilentAuthorization
from easement.authserver.introspection import IntrospectionEndpoint
from easement.authserver.logout import LogoutEndpoint
from easement.authserver.presented_token import PresentedTokens
from easement.authserver.pushed_authorization import PushedAuthorizationEndpoint
from easement.authserver.revocation import RevocationEndpoint
from easement.authserver.service_token import PATH as SERVICE_TOKEN_PATH
from easement.authserver.service_token import ServiceTokenEndpoint
from easement.authserver.settings import AuthServerSettings
from easement.authserver.token.answer import TokenAnswer
from easement.authserver.token.client_authentication import ClientAuthentication
from easement.authserver.token.endpoint import TokenEndpoint
from easement.authserver.token.rules import rules_by_profile
from easement.authserver.userinfo import UserInfoEndpoint
from easement.consent.service import Consents
from easement.identity.credentials import ServiceCredentials
from easement.identity.tokens import ServiceTokens
from easement.platform.audit import Audit
from easement.platform.clock import Clock
from easement.platform.db import Database
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from easement.recipients.service import Recipients
from easement.tokens.id_tokens import IdTokens
from easement.tokens.service import Tokens
from easement.web.browser import BrowserCookie, SessionCookie
from easement.web.pages import Pages

TEMPLATES = Path(__file__).parent / "pages" / "templates"

JSON_PATHS = (
    *("/token", "/revoke", "/token/revoke", "/introspect", "/par", "/userinfo"),
    SERVICE_TOKEN_PATH,
)
"""Where every answer speaks OAuth's JSON, whatever its status."""


class Endpoint(Protocol):
    """Answers one path."""

    async def __call__(self, request: Request) -> Response: ...


class AuthServer:
    """The authorization server: its routes, and the parts others are handed."""

    def __init__(
        self,
        *,
        settings: AuthServerSettings,
        db: Database,
        recipients: Recipients,
        directory: Directory,
        connections: Connections,
        authorizations: Authorizations,
        consents: Consents,
        tokens: Tokens,
        id_tokens: IdTokens,
        credentials: ServiceCredentials,
        service_tokens: ServiceTokens,
        attempts: Attempts,
        audit: Audit,
        clock: Clock,
        pages: Pages,
    ) -> None:
        cookie = BrowserCookie(https=settings.https)
        session_cookie = SessionCookie(
            https=settings.https, max_age_s=int(authorizations.sessions.lifetime.total_seconds())
        )
        presented = PresentedTokens(tokens, id_tokens)
        refusals = Refusals(audit, clock)
        self.clients = ClientAuthentication(recipients, attempts)
        self.flow = ConsentFlow(
            db=db,
            settings=settings,
            recipients=recipients,
            directory=directory,
            connections=connections,
            authorizations=authorizations,
            consents=consents,
            tokens=tokens,
            id_tokens=id_tokens,
        )
        self.token = TokenEndpoint(
            db=db,
            clients=self.clients,
            tokens=tokens,
            answer=TokenAnswer(settings, consents, directory, connections, tokens, id_tokens),
            rules=rules_by_profile(settings),
            audit=audit,
            clock=clock,
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
            session_cookie=session_cookie,
        )
        service_token = ServiceTokenEndpoint(credentials, service_tokens, attempts, audit, clock)
        revoke = RevocationEndpoint(db, self.clients, consents, presented)
        introspect = IntrospectionEndpoint(self.clients, presented, consents, settings)
        push = PushedAuthorizationEndpoint(self.clients, self.flow, authorizations.pushed, refusals)
        userinfo = UserInfoEndpoint(tokens, consents, connections, settings)
        silent = SilentAuthorization(
            db=db,
            settings=settings,
            authorizations=authorizations,
            consents=consents,
            tokens=tokens,
            refusals=refusals,
        )
        authorize = AuthorizationEndpoint(
            flow=self.flow,
            silent=silent,
            pushed=authorizations.pushed,
            recipients=recipients,
            settings=settings,
            pages=pages,
            cookie=cookie,
            session_cookie=session_cookie,
            attempts=attempts,
            refusals=refusals,
        )
        logout = LogoutEndpoint(
            sessions=authorizations.sessions,
            consents=consents,
            recipients=recipients,
            id_tokens=id_tokens,
            settings=settings,
            pages=pages,
            session_cookie=session_cookie,
        )
        self.routes = [
            *discovery.routes(settings, id_tokens),
            *provider_keys.routes(directory),
            _route("/auth", authorize, "GET", "POST"),
            _route("/par", push, "POST"),
            _route("/callback/{provider_id}", callback, "GET"),
            _route("/consent/{authorization_id}", consent, "GET", "POST"),
            _route("/token", self.token, "POST"),
            _route("/oauth2/token", service_token, "POST"),
            _route("/revoke", revoke, "POST"),
            _route("/token/revoke", revoke, "POST"),
            _route("/introspect", introspect, "POST"),
            _route("/userinfo", userinfo, "GET", "POST"),
            _route("/logout", logout, "GET", "POST"),
        ]


def _route(path: str, endpoint: Endpoint, *methods: str) -> Route:
    # Starlette takes an object with __call__ for a bare ASGI app; its bound method is a handler.
    route = Route(path, endpoint.__call__, methods=methods)
    # It would answer HEAD like GET: a link scanner would then walk through a consumer's sign-in.
    route.methods = set(methods)
    return route
