"""The composition root: everything is made and wired here, readable from top to bottom."""

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

from mikomo.catalogue import Catalogue
from mikomo.clients import ClientDirectory
from mikomo.clock import Clock
from mikomo.consumer.connections import ConnectionPages
from mikomo.consumer.home import Home
from mikomo.consumer.session import SessionPages, SignedIn
from mikomo.fdx.accounts import AccountsApi
from mikomo.fdx.customers import CustomersApi
from mikomo.fdx.errors import FdxError, answer_failure, answer_http_error, answer_refusal
from mikomo.fdx.interaction import InteractionId
from mikomo.oauth.authorize import AuthorizationEndpoint
from mikomo.oauth.discovery import Discovery
from mikomo.oauth.keys import SigningKey
from mikomo.oauth.revoke import RevocationEndpoint
from mikomo.oauth.token import TokenEndpoint
from mikomo.settings import Settings
from mikomo.signin.flow import FlowGuard
from mikomo.signin.steps import SignIn
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
    settings: Settings, database: Database, clock: Clock, new_token: Randomness
) -> Starlette:
    """The whole bank as an ASGI application."""
    catalogue = Catalogue()
    clients = ClientDirectory(settings.data_dir / "clients.json")
    pages = Pages(settings)
    browsers = Browsers(settings, new_token)

    flows = FlowStore(database, clock, new_token)
    codes = CodeStore(database, clock, database.secret("code secret", new_token))
    connections = ConnectionStore(database, clock, new_token)
    sessions = SessionStore(database, clock, new_token)
    key = SigningKey(database)

    guard = FlowGuard(settings, flows, codes, browsers, pages)
    signed_in = SignedIn(sessions, browsers, catalogue)

    app = Starlette(
        routes=[
            Route("/health", _health, methods=["GET"]),
            *Home(catalogue, signed_in, pages).routes(),
            *SessionPages(
                settings=settings,
                sessions=sessions,
                browsers=browsers,
                catalogue=catalogue,
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
                guard=guard,
                pages=pages,
            ).routes(),
            *Discovery(settings, key).routes(),
            *AuthorizationEndpoint(settings, clients, flows, browsers, pages).routes(),
            *TokenEndpoint(
                settings=settings,
                clock=clock,
                database=database,
                clients=clients,
                codes=codes,
                connections=connections,
                catalogue=catalogue,
                key=key,
            ).routes(),
            *RevocationEndpoint(clients, connections).routes(),
            Mount("/fdx", _data_api(connections, catalogue)),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(EveryAnswer)],
        exception_handlers=_page_errors(settings, pages),
    )
    # The framework would build such a redirect from the Host header.
    app.router.redirect_slashes = False
    return app


def _data_api(connections: ConnectionStore, catalogue: Catalogue) -> InteractionId:
    routes = [
        *AccountsApi(connections, catalogue).routes(),
        *CustomersApi(connections, catalogue).routes(),
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
