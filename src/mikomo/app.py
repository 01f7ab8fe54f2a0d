"""The composition root: everything is made and wired here, readable from top to bottom."""

import random
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from mikomo.callers import Identified
from mikomo.catalogue import DATA, Catalogue
from mikomo.clients import ClientDirectory
from mikomo.clock import Clock, MovableClock
from mikomo.consumer.connections import ConnectionPages
from mikomo.consumer.home import Home
from mikomo.consumer.session import SessionPages, SignedIn
from mikomo.control.app import control_app
from mikomo.control.call_log import CallLog, Recorded
from mikomo.control.calls import CallsApi
from mikomo.control.clock import ClockApi
from mikomo.control.connections import ConnectionsApi
from mikomo.control.faults import FaultsApi
from mikomo.control.seed import SeedApi
from mikomo.control.users import UsersApi
from mikomo.custom_users import CustomUsers
from mikomo.faults.middleware import Faults
from mikomo.faults.rules import FaultRules
from mikomo.fdx.accounts import AccountsApi
from mikomo.fdx.bearer import BearerCheck
from mikomo.fdx.customers import CustomersApi
from mikomo.fdx.errors import FdxError, answer_failure, answer_http_error, answer_refusal
from mikomo.fdx.interaction import InteractionId
from mikomo.fdx.statements import StatementsApi
from mikomo.fdx.tax_forms import TaxFormsApi
from mikomo.fdx.transactions import TransactionsApi
from mikomo.oauth.authorize import AuthorizationEndpoint
from mikomo.oauth.client_authentication import ClientAuthentication
from mikomo.oauth.discovery import Discovery
from mikomo.oauth.keys import SigningKey
from mikomo.oauth.pushed import PushedEndpoint, PushedRequests
from mikomo.oauth.revoke import RevocationEndpoint
from mikomo.oauth.token import TokenEndpoint
from mikomo.settings import Settings
from mikomo.signin.credentials import Credentials
from mikomo.signin.flow import FlowGuard
from mikomo.signin.steps import SignIn
from mikomo.store.attempts import AttemptStore
from mikomo.store.clock_offset import ClockOffset
from mikomo.store.codes import CodeStore
from mikomo.store.connections import ConnectionStore
from mikomo.store.database import Database, Randomness
from mikomo.store.flows import FlowStore
from mikomo.store.sessions import SessionStore
from mikomo.web.browser import Browsers
from mikomo.web.headers import EveryAnswer
from mikomo.web.pages import Pages

_STATIC = Path(__file__).parent / "static"


def create_app(
    settings: Settings, database: Database, true_clock: Clock, new_token: Randomness
) -> ASGIApp:
    """The whole bank as an ASGI application; BadUsersError tells what is wrong with the users."""
    offset = ClockOffset(database)
    # Only who can move the clock back may find it moved.
    moved_by = offset.read() if settings.control_token else 0
    clock = MovableClock(true_clock, moved_by, offset.write)
    taken = frozenset(path.stem for path in DATA.glob("*.json"))
    custom_users = CustomUsers(settings.users, taken, clock)
    catalogue = Catalogue(others=custom_users.people, clock=clock)
    clients = ClientDirectory(settings.data_dir / "clients.json")
    pages = Pages(settings)
    browsers = Browsers(settings, new_token)

    flows = FlowStore(database, clock, new_token)
    codes = CodeStore(database, clock, database.secret("code secret", new_token))
    connections = ConnectionStore(database, clock, new_token)
    sessions = SessionStore(database, clock, new_token)
    key = SigningKey(database)
    # What networks sign is dated by the true time, wherever our calendar stands.
    authentication = ClientAuthentication(settings, clients, true_clock)
    pushed = PushedRequests(true_clock, new_token)

    guard = FlowGuard(settings, flows, codes, browsers, pages)
    attempts = AttemptStore(database, true_clock, database.secret("attempts secret", new_token))
    credentials = Credentials(catalogue, attempts, pages)
    signed_in = SignedIn(sessions, browsers, catalogue)

    control: list[Mount] = []
    around: list[Middleware] = []
    if settings.control_token:
        mount, around = _control(
            settings.control_token,
            database=database,
            clock=clock,
            catalogue=catalogue,
            custom_users=custom_users,
            connections=connections,
            codes=codes,
            pages=pages,
        )
        control.append(mount)

    app = Starlette(
        routes=[
            Route("/health", _health, methods=["GET"]),
            *Home(catalogue, signed_in, pages).routes(),
            *SessionPages(
                settings=settings,
                sessions=sessions,
                browsers=browsers,
                credentials=credentials,
                signed_in=signed_in,
                pages=pages,
            ).routes(),
            *ConnectionPages(settings, connections, clients, signed_in, pages).routes(),
            *SignIn(
                settings=settings,
                clock=clock,
                database=database,
                clients=clients,
                flows=flows,
                codes=codes,
                catalogue=catalogue,
                credentials=credentials,
                guard=guard,
                pages=pages,
            ).routes(),
            *Discovery(settings, key).routes(),
            *PushedEndpoint(authentication, pushed).routes(),
            *AuthorizationEndpoint(
                settings, clients, pushed, flows, browsers=browsers, pages=pages
            ).routes(),
            *TokenEndpoint(
                settings=settings,
                # The network holds an id_token against a clock that nobody moves here.
                clock=true_clock,
                database=database,
                authentication=authentication,
                codes=codes,
                connections=connections,
                catalogue=catalogue,
                key=key,
            ).routes(),
            *RevocationEndpoint(authentication, connections).routes(),
            Mount("/fdx", _data_api(connections, catalogue, clock)),
            *control,
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=around,
        exception_handlers=_page_errors(settings, pages),
    )
    # The framework would build such a redirect from the Host header.
    app.router.redirect_slashes = False
    # Around everything, or the answer to a fault of ours would go out without them.
    return EveryAnswer(app, secure=settings.secure)


def _control(
    token: str,
    *,
    database: Database,
    clock: MovableClock,
    catalogue: Catalogue,
    custom_users: CustomUsers,
    connections: ConnectionStore,
    codes: CodeStore,
    pages: Pages,
) -> tuple[Mount, list[Middleware]]:
    """The control API, and what it needs around the endpoints."""
    rules = FaultRules(_dice)
    log = CallLog()
    routes = [
        *UsersApi(catalogue, clock).routes(),
        *ClockApi(clock).routes(),
        *FaultsApi(rules).routes(),
        *ConnectionsApi(connections, catalogue).routes(),
        *CallsApi(log).routes(),
        *SeedApi(
            database=database, clock=clock, rules=rules, log=log, read_users=custom_users.read
        ).routes(),
    ]
    around = [
        Middleware(Identified, connections=connections, codes=codes),
        Middleware(Recorded, log=log, clock=clock, stopwatch=time.perf_counter),
        Middleware(Faults, rules=rules, pages=pages),
    ]
    return Mount("/control", control_app(routes, token)), around


def _dice(rule_id: str) -> Callable[[], float]:
    # The same throws in every run, so that a test of a share comes out the same every time.
    return random.Random(rule_id).random  # noqa: S311 - no secret


def _data_api(connections: ConnectionStore, catalogue: Catalogue, clock: Clock) -> InteractionId:
    bearer = BearerCheck(connections, catalogue)
    routes = [
        *AccountsApi(bearer).routes(),
        *TransactionsApi(bearer, clock).routes(),
        *StatementsApi(bearer, clock).routes(),
        *CustomersApi(bearer).routes(),
        *TaxFormsApi(bearer, clock).routes(),
    ]
    api = Starlette(
        routes=routes,
        exception_handlers={
            FdxError: answer_refusal,
            HTTPException: answer_http_error,
            Exception: answer_failure,
        },
    )
    api.router.redirect_slashes = False
    return InteractionId(api)


def _page_errors(
    settings: Settings, pages: Pages
) -> Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]:
    home = (f"{settings.base_path}/", "Go to the home page")
    headings = {
        404: ("There is no such page", "Check the address, or start from the home page."),
        405: ("That is not possible here", "The page does not take this kind of request."),
        413: ("That is too much", "Mikomo takes forms of up to 64 KB."),
    }

    async def refused(_request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise TypeError(f"expected an HTTPException, got {type(error).__name__}")
        heading, message = headings.get(error.status_code, ("That did not work", error.detail))
        page = pages.notice(error.status_code, heading, message, link=home)
        page.headers.update(error.headers or {})
        return page

    async def failed(_request: Request, _error: Exception) -> Response:
        return pages.notice(
            500,
            "Something went wrong at Mikomo",
            "It is our fault. Please try again in a moment.",
            link=home,
        )

    return {HTTPException: refused, Exception: failed}


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
