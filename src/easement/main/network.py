"""The network, put together: read from top to bottom."""

import importlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from easement.activity.service import CallRecorder
from easement.authorizations.service import Authorizations
from easement.authorizations.settings import AuthorizationSettings
from easement.authserver.service import JSON_PATHS, AuthServer
from easement.authserver.service import TEMPLATES as CONSENT_TEMPLATES
from easement.authserver.settings import AuthServerSettings
from easement.authserver.token.client_authentication import authenticate
from easement.authserver.unattended import UnattendedAuthorization
from easement.connectors.ports import Connector
from easement.connectors.registry import build
from easement.consent.service import Consents
from easement.gateway.app import PREFIXES, GatewayApp
from easement.gateway.ports import Ports
from easement.home import page as home
from easement.keys.master import MasterKeyFile
from easement.keys.service import open_key_ring
from easement.main import sandbox as sandbox_content
from easement.main.bank import PROVIDER_ID
from easement.main.dispatch import Dispatcher
from easement.main.sandbox_credentials import SandboxSecrets
from easement.main.settings import Settings
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.db import open_database
from easement.platform.http import open_http_client
from easement.platform.jobs import Job
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from easement.providers.model import Provider
from easement.recipients.model import App
from easement.recipients.service import Recipients
from easement.sandbox import endpoint as sandbox_api
from easement.sandbox.consumer import HeadlessConsumer
from easement.tokens.id_tokens import IdTokens
from easement.tokens.service import Tokens
from easement.tokens.settings import TokenSettings
from easement.web import oauth_json
from easement.web.errors import error_handlers
from easement.web.interaction import InteractionIdMiddleware
from easement.web.pages import STATIC, Pages
from easement.web.security_headers import SecurityHeadersMiddleware


@dataclass(frozen=True, slots=True)
class Network:
    """A network ready to serve: its application, and the work that goes on beside requests."""

    app: ASGIApp
    interaction_id_header: str
    feed: ChangeFeed
    jobs: list[Job]


@asynccontextmanager
async def open_network(
    settings: Settings, secrets: SandboxSecrets, clock: Clock
) -> AsyncIterator[Network]:
    """Open everything, hand out the network, and close everything in reverse order."""
    async with AsyncExitStack() as stack:
        # Ground.
        http = await stack.enter_async_context(open_http_client())
        db = await open_database(settings.database_url)
        stack.push_async_callback(db.close)
        feed = ChangeFeed(db)
        await feed.poll()

        # Domains.
        keys = await open_key_ring(db, MasterKeyFile(settings.master_key_file), clock)
        tokens = Tokens(db, feed, keys, clock, TokenSettings())
        id_tokens = IdTokens(settings.public_url, keys, clock)

        def connector(provider: Provider) -> Connector:
            return build(provider.protocol, provider.settings, provider.client_secret, http, clock)

        directory = Directory(db, feed, keys, clock, connector)
        connections = Connections(db, directory, keys, clock)
        recipients = Recipients(db, feed, keys, clock)
        authorizations = Authorizations(db, keys, clock, AuthorizationSettings())
        consents = Consents(
            db=db, feed=feed, keys=keys, clock=clock, tokens=tokens, connections=connections
        )
        calls = CallRecorder(db)
        stack.push_async_callback(calls.flush)
        await sandbox_content.register(db, settings, secrets, recipients, directory)

        # Surfaces.
        pages = Pages(settings.brand, settings.public_url, [CONSENT_TEMPLATES, home.TEMPLATES])
        auth_settings = AuthServerSettings(settings.public_url, reveal_login=True)
        authserver = AuthServer(
            settings=auth_settings,
            db=db,
            keys=keys,
            recipients=recipients,
            directory=directory,
            connections=connections,
            authorizations=authorizations,
            consents=consents,
            tokens=tokens,
            id_tokens=id_tokens,
            pages=pages,
        )
        gateway = GatewayApp(
            Ports(
                tokens=id_tokens,
                families=tokens,
                grants=consents,
                recipients=recipients,
                providers=directory,
                access=connections,
                connector=directory.connector,
                calls=calls,
            ),
            clock,
            header_prefix=settings.header_prefix,
        )

        async def client(request: Request, form: dict[str, str]) -> App | None:
            return await authenticate(request, form, recipients)

        mint = sandbox_api.TokenMint(
            PROVIDER_ID,
            UnattendedAuthorization(authserver.flow, authorizations, authserver.token),
            client,
            HeadlessConsumer(http, lambda url: _local(url, settings)),
        )
        routes: list[BaseRoute] = [
            *home.routes(pages, settings.public_url, _links(settings), directory.count),
            *authserver.routes,
            *mint.routes(),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/demo", lambda _: RedirectResponse(f"{settings.public_url}/demo/", 308)),
            Mount("/demo", _demo(settings, secrets)),
        ]
        voices = dict.fromkeys((*JSON_PATHS, *sandbox_api.PATHS), oauth_json.voice)
        site = Starlette(
            routes=routes,
            exception_handlers=error_handlers(pages, voices),  # type: ignore[arg-type]
            middleware=[Middleware(SecurityHeadersMiddleware, https=auth_settings.https)],
        )
        # Starlette would build that redirect from the Host header, which is anybody's to choose.
        site.router.redirect_slashes = False
        header = f"{settings.header_prefix}interaction-id"
        yield Network(
            InteractionIdMiddleware(Dispatcher(PREFIXES, gateway, site), header),
            header,
            feed,
            [
                Job("write call records", 1, calls.flush),
                Job("tell banks of ended connections", 2, connections.retire_due),
                Job("retire abandoned connections", 60, authserver.flow.retire_abandoned),
                Job("forget expired tokens", 600, tokens.forget_expired),
                Job("forget old authorizations", 600, authorizations.forget_old),
                Job("forget old changes", 600, feed.forget_old),
                Job("forget old call records", 3600, partial(calls.forget_old, clock)),
            ],
        )


def _local(url: str, settings: Settings) -> str:
    """The sandbox bank's public URL turned into the one the network calls."""
    public = settings.bank_public_url
    if url.startswith(f"{public}/"):
        return settings.bank_api_url + url.removeprefix(public)
    return url


def _demo(settings: Settings, secrets: SandboxSecrets) -> ASGIApp:
    """The sample recipient app. Named, not imported: it shares no code with the network and
    speaks to it over HTTP only; it is mounted here so that one command shows everything."""
    demo = importlib.import_module("easement_demo")
    application: ASGIApp = demo.create_app(
        demo.DemoSettings(
            public_url=f"{settings.public_url}/demo",
            network_url=settings.public_url,
            network_api_url=settings.network_api_url,
            client_id=secrets.demo.client_id,
            client_secret=secrets.demo.client_secret,
            provider_id=PROVIDER_ID,
        )
    )
    return application


def _links(settings: Settings) -> list[home.HomeLink]:
    public = settings.public_url
    return [
        home.HomeLink(
            f"{public}/demo/", "Demo app", "Link a bank and see every request and answer."
        ),
        home.HomeLink(
            f"{settings.bank_public_url}/",
            "Mikomo, the sandbox bank",
            "Sign in as a consumer and see who can read your data.",
        ),
        home.HomeLink(
            f"{public}/.well-known/openid-configuration",
            "Discovery document",
            "Endpoints and keys for your OpenID Connect library.",
        ),
    ]
