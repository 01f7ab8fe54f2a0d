"""The sandbox's surfaces put together: its control API and pages, and the demo app."""

import importlib
from functools import partial

from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from easement.activity.service import CallRecorder
from easement.authorizations.service import Authorizations
from easement.authserver.service import AuthServer
from easement.authserver.unattended import UnattendedAuthorization
from easement.consent.service import Consents
from easement.home.page import HomeLink
from easement.keys.model import KeyRing
from easement.main import sandbox as content
from easement.main.bank import PROVIDER_ID
from easement.main.sandbox_credentials import SandboxSecrets
from easement.main.settings import Settings
from easement.platform.clock import MovableClock
from easement.platform.clock_offset import ClockOffset
from easement.platform.db import Database
from easement.platform.http import HttpClient
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from easement.recipients.service import Recipients
from easement.sandbox.api import ControlApi
from easement.sandbox.apps import SandboxApps
from easement.sandbox.bank import BankControl
from easement.sandbox.calls import CallLog, RecentCalls
from easement.sandbox.clock import SandboxClock
from easement.sandbox.consumer import HeadlessConsumer
from easement.sandbox.controls import Controls
from easement.sandbox.gate import Gate
from easement.sandbox.grants import SandboxGrants
from easement.sandbox.pages.session import Session
from easement.sandbox.pages.site import SandboxSite
from easement.sandbox.reset import SandboxReset
from easement.sandbox.token_mint import TokenMint
from easement.tokens.service import Tokens
from easement.web.pages import Pages


def sandbox_routes(
    *,
    settings: Settings,
    secrets: SandboxSecrets,
    http: HttpClient,
    db: Database,
    clock: MovableClock,
    offset: ClockOffset,
    keys: KeyRing,
    recipients: Recipients,
    directory: Directory,
    connections: Connections,
    authorizations: Authorizations,
    consents: Consents,
    tokens: Tokens,
    recorder: CallRecorder,
    recent: RecentCalls,
    authserver: AuthServer,
    pages: Pages,
) -> list[BaseRoute]:
    """Everything below `/sandbox` and `/demo`."""
    bank = BankControl(http, f"{settings.bank_api_url}/control", secrets.bank_control_token)
    gate = Gate(secrets.control_token, settings.public_url)

    controls = Controls(
        bank=bank,
        clock=SandboxClock(db, offset, clock, bank),
        grants=SandboxGrants(
            provider_id=PROVIDER_ID,
            db=db,
            clock=clock,
            consents=consents,
            connections=connections,
            bank=bank,
        ),
        apps=SandboxApps(PROVIDER_ID, db, recipients),
        calls=CallLog(recent, bank),
        mint=TokenMint(
            provider_id=PROVIDER_ID,
            mint=UnattendedAuthorization(authserver.flow, authorizations, authserver.token),
            authenticate=authserver.clients.app,
            consumer=HeadlessConsumer(http, lambda url: _local(url, settings)),
            gate=gate,
            own_app=lambda: recipients.current(secrets.sandbox.client_id),
        ),
        reset=SandboxReset(
            db=db,
            bank=bank,
            offset=offset,
            recent=recent,
            write_records=recorder.flush,
            services=[tokens, consents, connections, authorizations, recorder],
            seed=partial(
                content.register, db, settings, secrets, recipients, directory, afresh=True
            ),
            clock=clock,
        ),
    )
    https = settings.public_url.startswith("https:")
    session = Session(secrets.control_token, keys, https=https)
    return [
        *ControlApi(gate, controls).routes(),
        *SandboxSite(settings.public_url, gate, session, controls, pages).routes(),
        Route("/demo", lambda _: RedirectResponse(f"{settings.public_url}/demo/", 308)),
        Mount("/demo", _demo(settings, secrets)),
    ]


def home_links(settings: Settings) -> list[HomeLink]:
    """What the home page leads to in a sandbox."""
    public = settings.public_url
    return [
        HomeLink(f"{public}/demo/", "Demo app", "Link a bank and see every request and answer."),
        HomeLink(
            f"{public}/sandbox/",
            "Sandbox",
            "Test users, tokens, time travel, broken banks, recent calls.",
        ),
        HomeLink(
            f"{settings.bank_public_url}/",
            "Mikomo, the sandbox bank",
            "Sign in as a consumer and see who can read your data.",
        ),
    ]


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
