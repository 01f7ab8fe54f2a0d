"""Signing in to the person's own area, and out of it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.catalogue import Catalogue, Person
from mikomo.settings import Settings
from mikomo.signin.credentials import MAX_USERNAME, Credentials, TooManyAttemptsError
from mikomo.store.sessions import SessionStore
from mikomo.web.browser import Browsers, csrf_matches, csrf_token
from mikomo.web.forms import BadParametersError, Parameters, form_of
from mikomo.web.pages import Pages
from mikomo.web.redirects import within


class SignedIn:
    """Who is signed in, and whether a form is theirs."""

    def __init__(self, sessions: SessionStore, browsers: Browsers, catalogue: Catalogue) -> None:
        self._sessions = sessions
        self._browsers = browsers
        self._catalogue = catalogue

    def person(self, request: Request) -> Person | None:
        """The signed-in person, or None."""
        token = self._browsers.session(request)
        username = self._sessions.username_of(token) if token else None
        return self._catalogue.find(username) if username else None

    def csrf(self, request: Request, form: str) -> str:
        """The CSRF token of a form, bound to the session."""
        return csrf_token(self._browsers.session(request) or "", form)

    async def sent(self, request: Request, form: str) -> Parameters | None:
        """The form's parameters if it is this form, served by us in this session, or None."""
        try:
            parameters = await form_of(request)
        except BadParametersError:
            return None
        session = self._browsers.session(request)
        return parameters if csrf_matches(parameters.get("csrf"), session, form) else None


class SessionPages:
    """`/login` and `/logout`."""

    def __init__(
        self,
        *,
        settings: Settings,
        sessions: SessionStore,
        browsers: Browsers,
        credentials: Credentials,
        signed_in: SignedIn,
        pages: Pages,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._browsers = browsers
        self._credentials = credentials
        self._signed_in = signed_in
        self._pages = pages

    def routes(self) -> list[Route]:
        """The pages' routes."""
        return [
            Route("/login", self._show, methods=["GET"]),
            Route("/login", self._login, methods=["POST"]),
            Route("/logout", self._logout, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        if self._signed_in.person(request) is not None:
            return within(f"{self._settings.public_url}/connections")
        return self._login_page(request)

    async def _login(self, request: Request) -> Response:
        try:
            form = await form_of(request)
        except BadParametersError as error:
            return self._pages.notice(400, "The form cannot be read", f"Mikomo {error}.")
        # Without this a foreign site could sign a person in to someone else's area unseen.
        if not csrf_matches(form.get("csrf"), self._browsers.known(request), "login"):
            return self._pages.notice(
                400,
                "This page is out of date",
                "Cookies may be switched off. Load the sign-in page again and repeat.",
                link=(f"{self._settings.base_path}/login", "Sign in"),
            )
        try:
            person = None if form.doubled else self._credentials.matching_person(request, form)
        except TooManyAttemptsError as stop:
            return stop.page
        if person is None:
            return self._login_page(request, form)
        response = within(f"{self._settings.public_url}/connections")
        self._browsers.open_session(response, self._sessions.open(person.username))
        return response

    async def _logout(self, request: Request) -> Response:
        token = self._browsers.session(request)
        response = within(f"{self._settings.public_url}/")
        if token is not None and await self._signed_in.sent(request, "logout") is not None:
            self._sessions.end(token)
            self._browsers.close_session(response)
        return response

    def _login_page(self, request: Request, failed: Parameters | None = None) -> Response:
        browser = self._browsers.known_or_new(request)
        response = self._pages.render(
            "signin.html",
            status=200 if failed is None else 401,
            client_name=None,
            action=f"{self._settings.base_path}/login",
            cancel=f"{self._settings.base_path}/",
            csrf=csrf_token(browser, "login"),
            username="" if failed is None else failed.get("username")[:MAX_USERNAME],
            failed=failed is not None,
        )
        self._browsers.remember(response, browser)
        return response
