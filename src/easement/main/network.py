"""The network, put together: read from top to bottom."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from easement.activity.service import CallRecorder
from easement.authorizations.service import Authorizations
from easement.authorizations.settings import AuthorizationSettings
from easement.authserver.service import JSON_PATHS, AuthServer
from easement.authserver.service import TEMPLATES as CONSENT_TEMPLATES
from easement.authserver.settings import AuthServerSettings
from easement.connectors.ports import Connector
from easement.connectors.registry import build
from easement.consent.expiry import GrantExpiry
from easement.consent.service import Consents
from easement.gateway.app import PREFIXES, GatewayApp
from easement.gateway.ports import Ports
from easement.home import page as home
from easement.identity.credentials import ServiceCredentials
from easement.identity.tokens import ServiceTokens
from easement.keys.rotation import Rotation
from easement.keys.service import open_keys
from easement.keys.settings import KeySettings
from easement.main import product_api
from easement.main import sandbox as sandbox_content
from easement.main.bank import PROVIDER_ID
from easement.main.dispatch import Dispatcher
from easement.main.master_key import master_key
from easement.main.sandbox_credentials import SandboxSecrets
from easement.main.sandbox_surface import home_links, sandbox_routes
from easement.main.settings import Settings
from easement.main.watch import open_watch
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock, MovableClock, SystemClock
from easement.platform.clock_offset import ClockOffset
from easement.platform.db import open_database
from easement.platform.http import open_http_client
from easement.platform.jobs import Job
from easement.providers.account_numbers import AccountNumberTokens
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from easement.providers.model import Provider
from easement.recipients.assertions import ClientAssertions
from easement.recipients.service import Recipients
from easement.reference.document import Surroundings
from easement.reference.site import TEMPLATES as REFERENCE_TEMPLATES
from easement.reference.site import ReferenceSite
from easement.sandbox import refusals
from easement.sandbox.calls import RecentCalls
from easement.sandbox.pages.site import TEMPLATES as SANDBOX_TEMPLATES
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
    trusted_proxies: tuple[str, ...]


@asynccontextmanager
async def open_network(
    settings: Settings, secrets: SandboxSecrets | None, clock: MovableClock
) -> AsyncIterator[Network]:
    """Open everything, hand out the network, and close everything in reverse order.

    Without `secrets` it has no sandbox, and nobody moves `clock`.
    """
    async with AsyncExitStack() as stack:
        # Ground.
        http = await stack.enter_async_context(open_http_client())
        db = await open_database(settings.database_url)
        stack.push_async_callback(db.close)
        feed = ChangeFeed(db)
        await feed.poll()

        # Domains.
        key_settings = KeySettings(settings.signing_key_age, settings.signing_key_lead)
        all_keys = await open_keys(db, feed, master_key(settings), clock, key_settings)
        rotation = Rotation(all_keys, clock, key_settings)
        keys = all_keys.ring
        tokens = Tokens(db, feed, keys, clock, TokenSettings())
        id_tokens = IdTokens(settings.public_url, all_keys, clock)

        def connector(provider: Provider) -> Connector:
            return build(
                provider.protocol,
                provider.settings,
                provider.client_secret,
                http,
                # What a bank signs is dated by the true time, wherever our calendar stands.
                SystemClock(),
                client_keys=provider.client_keys,
                data_timeout_s=settings.bank_timeout_s,
            )

        directory = Directory(db, feed, keys, clock, connector)
        connections = Connections(db, directory, keys, clock)
        # Apps date their assertions by the true time as well.
        assertions = ClientAssertions(db, settings.public_url, SystemClock())
        recipients = Recipients(db, feed, keys, clock, assertions)
        credentials = ServiceCredentials(db, keys, clock)
        service_tokens = ServiceTokens(db, keys, clock)
        authorizations = Authorizations(db, keys, clock, AuthorizationSettings())
        consents = Consents(
            db=db, feed=feed, keys=keys, clock=clock, tokens=tokens, connections=connections
        )
        recorder = CallRecorder(db)
        stack.push_async_callback(recorder.flush)
        watch = await stack.enter_async_context(open_watch(settings, db, feed, keys, clock))
        recent = RecentCalls(recorder)
        offset = ClockOffset(db, feed, clock)
        if secrets is None:
            await sandbox_content.refuse_leftovers(directory)
        else:
            await offset.follow()
            await sandbox_content.register(db, settings, secrets, recipients, directory)
            await sandbox_content.register_services(db, secrets, credentials)

        # Surfaces.
        folders = [CONSENT_TEMPLATES, home.TEMPLATES, REFERENCE_TEMPLATES, SANDBOX_TEMPLATES]
        pages = Pages(settings.brand, settings.public_url, folders)
        auth_settings = AuthServerSettings(
            settings.public_url,
            reveal_login=secrets is not None,
            refresh_token_idle=settings.refresh_token_idle,
            refresh_token_lifetime=settings.refresh_token_lifetime,
        )
        authserver = AuthServer(
            settings=auth_settings,
            db=db,
            recipients=recipients,
            directory=directory,
            connections=connections,
            authorizations=authorizations,
            consents=consents,
            tokens=tokens,
            id_tokens=id_tokens,
            credentials=credentials,
            service_tokens=service_tokens,
            attempts=watch.attempts,
            audit=watch.audit,
            clock=clock,
            pages=pages,
        )
        gateway = GatewayApp(
            Ports(
                tokens=id_tokens,
                access_tokens=tokens,
                families=tokens,
                grants=consents,
                recipients=recipients,
                providers=directory,
                access=connections,
                connector=directory.connector,
                calls=recorder if secrets is None else recent,
                account_numbers=AccountNumberTokens(keys),
                rate=product_api.rate(settings),
            ),
            clock,
            header_prefix=settings.header_prefix,
            bank_timeout_s=settings.bank_timeout_s,
            public_url=settings.public_url,
            versions=product_api.versions(settings),
            # How an app orders a fault of the sandbox bank; elsewhere such a header ends here.
            forwarded=frozenset() if secrets is None else frozenset({"x-sandbox-fault"}),
        )

        routes: list[BaseRoute] = [
            *home.routes(pages, settings.public_url, _links(settings, secrets), directory.count),
            *authserver.routes,
            *_reference(settings, secrets, clock, pages),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
        voices = dict.fromkeys(JSON_PATHS, oauth_json.voice)
        sandbox_jobs = []
        if secrets is not None:
            routes += sandbox_routes(
                settings=settings,
                secrets=secrets,
                http=http,
                db=db,
                clock=clock,
                offset=offset,
                keys=keys,
                recipients=recipients,
                directory=directory,
                connections=connections,
                authorizations=authorizations,
                consents=consents,
                tokens=tokens,
                recorder=recorder,
                recent=recent,
                authserver=authserver,
                pages=pages,
            )
            voices |= {"/sandbox/v1/": refusals.voice, "/sandbox/v1/tokens": oauth_json.voice}
            sandbox_jobs.append(Job("follow the sandbox's clock", 0.2, offset.follow))
        site = Starlette(
            routes=routes,
            exception_handlers=error_handlers(pages, voices),  # type: ignore[arg-type]
        )
        # Starlette would build that redirect from the Host header, which is anybody's to choose.
        site.router.redirect_slashes = False
        # Around all of it, or the answer to a fault of ours would go out without them.
        guarded = SecurityHeadersMiddleware(site, https=auth_settings.https)
        header = f"{settings.header_prefix}interaction-id"
        yield Network(
            InteractionIdMiddleware(Dispatcher(PREFIXES, gateway, guarded), header),
            header,
            feed,
            [
                Job("follow the keys", 0.2, all_keys.follow),
                Job("rotate the keys", 60, rotation.turn),
                Job("write call records", 1, recorder.flush),
                Job("tell banks of ended connections", 2, connections.retire_due),
                Job("retire abandoned connections", 60, authserver.flow.retire_abandoned),
                Job("end grants that are past their end", 5, GrantExpiry(db, clock, consents).run),
                Job("forget expired tokens", 600, tokens.forget_expired),
                Job("forget old authorizations", 600, authorizations.forget_old),
                Job("forget expired clients' secrets", 600, recipients.forget_expired),
                Job("forget expired service tokens", 600, service_tokens.forget_expired),
                Job("forget old changes", 600, feed.forget_old),
                Job("forget old call records", 3600, partial(recorder.forget_old, clock)),
                *watch.jobs,
                *sandbox_jobs,
            ],
            settings.trusted_proxies,
        )


def _links(settings: Settings, secrets: SandboxSecrets | None) -> list[home.HomeLink]:
    discovery = home.HomeLink(
        f"{settings.public_url}/.well-known/openid-configuration",
        "Discovery document",
        "Endpoints and keys for your OpenID Connect library.",
    )
    reference = home.HomeLink(
        f"{settings.public_url}/docs",
        "API reference",
        "Every call with its answers, to read and to try; OpenAPI and Postman.",
    )
    return [*(home_links(settings) if secrets else []), reference, discovery]


def _reference(
    settings: Settings, secrets: SandboxSecrets | None, clock: Clock, pages: Pages
) -> list[Route]:
    around = Surroundings(
        brand=settings.brand,
        public_url=settings.public_url,
        header_prefix=settings.header_prefix,
        versions=product_api.versions(settings),
        sandbox_provider=None if secrets is None else PROVIDER_ID,
    )
    return ReferenceSite(around, clock, pages).routes()
