"""Pages of the sample app: templates, the headers that guard them, and the session cookie."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from easement_demo.sessions import Session
from easement_demo.settings import DemoSettings

PACKAGE = Path(__file__).parent
COOKIE = "demo_session"

_HEADERS = {
    # Everything comes from this origin, so markup smuggled into bank data has nothing to load.
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class PageHeaders:
    """Adds the guarding headers to every answer of the app, error pages included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app and add what is missing to the head of its answer."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_guarded)


class Pages:
    """Renders templates with the URLs of this app filled in."""

    def __init__(self, settings: DemoSettings) -> None:
        self._settings = settings
        self._environment = Environment(
            loader=FileSystemLoader(PACKAGE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["url"] = self.url
        self._environment.globals["network_url"] = settings.network_url

    def url(self, path: str = "/") -> str:
        """A URL of this app as browsers reach it, whatever host the request named."""
        return self._settings.public_url + path

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A page that no cache keeps: it may show account data."""
        html = self._environment.get_template(template).render(**context)
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})

    def problem(
        self,
        status: int,
        heading: str,
        message: str,
        *,
        details: list[tuple[str, str]] | None = None,
        retry: str = "/link",
        retry_text: str = "Try again",
        popup: bool = False,
    ) -> Response:
        """A page that says what went wrong and offers one way on, and the end of a pop-up."""
        return self.page(
            "problem.html",
            status=status,
            heading=heading,
            message=message,
            details=details or [],
            retry=self.url(retry),
            retry_text=retry_text,
            popup=popup,
        )

    def go(self, path: str) -> Response:
        """Redirect to another page of this app with GET."""
        return RedirectResponse(self.url(path), 303, headers={"cache-control": "no-store"})

    def set_cookie(self, response: Response, session: Session) -> None:
        """Hand the session's id to the browser."""
        response.set_cookie(
            COOKIE,
            session.id,
            path=self._settings.cookie_path,
            secure=self._settings.is_https,
            httponly=True,
            # Lax, not Strict: the callback is a navigation that another site started.
            samesite="lax",
        )
