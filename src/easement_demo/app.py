"""The sample app put together: settings in, one ASGI app out."""

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from easement_demo.linking import Linking
from easement_demo.network import NetworkClient
from easement_demo.overview import AccountPages
from easement_demo.rendering import PACKAGE, PageHeaders, Pages
from easement_demo.sessions import Sessions
from easement_demo.settings import DemoSettings

_REFUSALS = {
    403: (
        "This form is out of date",
        "It was not sent from a page of your present session. Go back and try once more.",
    ),
    404: ("There is no such page", "The address may be mistyped, or the page has moved."),
    405: ("That does not work here", "This address does not accept this kind of request."),
    413: ("That was too much", "This form takes no more than a few characters."),
}


def create_app(settings: DemoSettings, *, clock: Callable[[], float] = time.monotonic) -> ASGIApp:
    """Build the app; its routes are relative to `settings.public_url`.

    `clock` counts seconds and bounds the age of sessions. The app has no lifespan and may be
    mounted anywhere.
    """
    pages = Pages(settings)
    sessions = Sessions(clock)
    network = NetworkClient(settings)
    linking = Linking(pages, sessions, network)
    accounts = AccountPages(pages, sessions, network)

    async def refuse(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        heading, message = _REFUSALS.get(
            status, ("Something went wrong", "The sample app could not do that.")
        )
        return pages.problem(status, heading, message, retry="/", retry_text="Go to the start page")

    routes = [
        Route("/", linking.home),
        Route("/link", linking.link),
        Route("/callback", linking.callback),
        Route("/linked", linking.linked),
        Route("/accounts", accounts.accounts),
        Route("/refresh", accounts.refresh, methods=["POST"]),
        Route("/revoke", accounts.confirm_revoke),
        Route("/revoke", accounts.revoke, methods=["POST"]),
        Mount("/static", StaticFiles(directory=PACKAGE / "static")),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(PageHeaders)],
        exception_handlers={HTTPException: refuse},
    )
    # Redirects to a path with or without its slash would be built from the Host header.
    app.router.redirect_slashes = False
    return app
