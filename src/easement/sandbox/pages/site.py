"""The routes of the sandbox's pages, and what each of them goes through first."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from easement.sandbox.controls import Controls
from easement.sandbox.gate import Gate
from easement.sandbox.pages.session import Session
from easement.sandbox.pages.views import SAID, Views
from easement.sandbox.refusals import ControlError
from easement.web.forms import FormError, Parameters, read_form, read_query
from easement.web.pages import Pages

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

Show = Callable[[Request, str | None], Awaitable[Response]]
"""Renders a page, with an error in words if there is one."""

Do = Callable[[Parameters], Awaitable[str | Response]]
"""Does what a form asks; the key of the words that say so, or a page of its own."""


class SandboxSite:
    """Signs browsers in, checks forms, and hands both to the views."""

    def __init__(
        self, public_url: str, gate: Gate, session: Session, controls: Controls, pages: Pages
    ) -> None:
        self._home = f"{public_url}/sandbox/"
        self._gate = gate
        self._session = session
        self._pages = pages
        self._views = Views(self._home, session.proof, controls, pages)

    def routes(self) -> list[BaseRoute]:
        """All pages and forms."""
        views = self._views
        return [
            Route("/sandbox", lambda _: RedirectResponse(self._home, 308)),
            Route("/sandbox/", self._front, methods=["GET"]),
            Route("/sandbox/sign-in", self._sign_in, methods=["POST"]),
            Route("/sandbox/tokens", self._form("", views.overview, views.mint), methods=["POST"]),
            Route("/sandbox/bank", self._page(views.bank), methods=["GET"]),
            Route("/sandbox/clock", self._form("bank", views.bank, views.move), methods=["POST"]),
            Route(
                "/sandbox/faults",
                self._form("bank", views.bank, views.break_bank),
                methods=["POST"],
            ),
            Route(
                "/sandbox/faults/heal",
                self._form("bank", views.bank, views.heal),
                methods=["POST"],
            ),
            Route("/sandbox/reset", self._form("bank", views.bank, views.reset), methods=["POST"]),
            Route("/sandbox/grants", self._page(views.grants), methods=["GET"]),
            Route(
                "/sandbox/grants/revocation",
                self._form("grants", views.grants, views.revoke),
                methods=["POST"],
            ),
            Route(
                "/sandbox/grants/accounts",
                self._form("grants", views.grants, views.change_accounts),
                methods=["POST"],
            ),
            Route("/sandbox/apps", self._page(views.apps), methods=["GET"]),
            Route(
                "/sandbox/apps/rights",
                self._form("apps", views.apps, views.change_app),
                methods=["POST"],
            ),
            Route("/sandbox/calls", self._page(views.calls), methods=["GET"]),
            Route(
                "/sandbox/calls/bodies",
                self._form("calls", views.calls, views.keep_bodies),
                methods=["POST"],
            ),
            Mount("/sandbox/static", StaticFiles(directory=STATIC)),
        ]

    async def _front(self, request: Request) -> Response:
        """The overview; with a token in the URL, as `easement serve` prints it, the way in."""
        try:
            token = read_query(request).get("token")
        except FormError as error:
            return self._wrong(request, ControlError(error.status, "", error.message))
        if token is None:
            return await self._page(self._views.overview)(request)
        return self._let_in(request, token)

    async def _sign_in(self, request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormError as error:
            return self._wrong(request, ControlError(error.status, "", error.message))
        return self._let_in(request, form.get("token", "").strip())

    def _let_in(self, request: Request, token: str) -> Response:
        try:
            self._gate.check_place(request)
        except ControlError as refusal:
            return self._wrong(request, refusal)
        if not self._gate.is_token(token):
            return self._ask_in("That is not the control token.")
        # Without the token: it must not stay in the address bar.
        response = RedirectResponse(self._home, 303, {"cache-control": "no-store"})
        self._session.sign_in(response)
        return response

    def _page(self, show: Show) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            refused = self._refused(request)
            if refused is not None:
                return refused
            try:
                return await show(request, None)
            except ControlError as refusal:
                return self._wrong(request, refusal)

        return answer

    def _form(self, page: str, show: Show, do: Do) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            refused = self._refused(request)
            if refused is not None:
                return refused
            try:
                form = await read_form(request, repeatable="product")
            except FormError as error:
                return self._wrong(request, ControlError(error.status, "", error.message))
            if not self._session.is_own_form(form.get("proof")):
                stranger = "This form did not come from this page; open the page and send it again."
                return self._wrong(request, ControlError(403, "", stranger))
            try:
                outcome = await do(form)
            except ControlError as refusal:
                return await self._again(request, show, refusal)
            if isinstance(outcome, Response):
                return outcome
            # After a redirect, reloading the page does not do it once more.
            return RedirectResponse(f"{self._home}{page}?said={outcome}", 303)

        return answer

    async def _again(self, request: Request, show: Show, refusal: ControlError) -> Response:
        try:
            page = await show(request, refusal.message)
        except ControlError as error:
            return self._wrong(request, error)
        page.status_code = refusal.status
        return page

    def _refused(self, request: Request) -> Response | None:
        try:
            self._gate.check_place(request)
        except ControlError as refusal:
            return self._wrong(request, refusal)
        return None if self._session.is_signed_in(request) else self._ask_in(None)

    def _ask_in(self, error: str | None) -> Response:
        return self._pages.render(
            "sandbox_sign_in.html", status=401, sandbox=self._home, error=error
        )

    def _wrong(self, request: Request, refusal: ControlError) -> Response:
        return self._pages.message(
            request,
            status=refusal.status,
            heading="That did not work",
            message=refusal.message,
            link=(self._home, "Back to the sandbox"),
        )


__all__ = ["SAID", "STATIC", "TEMPLATES", "SandboxSite"]
