"""The steps: sign in, read the terms, go on or cancel."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.catalogue import Catalogue
from mikomo.clients import ClientDirectory
from mikomo.clock import Clock
from mikomo.oauth import scopes
from mikomo.settings import Settings
from mikomo.signin.credentials import MAX_USERNAME, Credentials, TooManyAttemptsError
from mikomo.signin.flow import FlowGuard, StepNotPossibleError
from mikomo.store import codes as code_store
from mikomo.store.codes import CodeStore
from mikomo.store.database import Database
from mikomo.store.flows import Flow, FlowStore
from mikomo.web.browser import csrf_matches, csrf_token
from mikomo.web.forms import BadParametersError, Parameters, form_of
from mikomo.web.pages import Pages
from mikomo.web.redirects import within


class SignIn:
    """Handlers of `/signin/{flow}` and `/terms/{flow}`; none calls another, each redirects."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        database: Database,
        clients: ClientDirectory,
        flows: FlowStore,
        codes: CodeStore,
        catalogue: Catalogue,
        credentials: Credentials,
        guard: FlowGuard,
        pages: Pages,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._database = database
        self._clients = clients
        self._flows = flows
        self._codes = codes
        self._catalogue = catalogue
        self._credentials = credentials
        self._guard = guard
        self._pages = pages

    def routes(self) -> list[Route]:
        """The pages' routes."""
        return [
            Route("/signin/{flow}", self._show_signin, methods=["GET"]),
            Route("/signin/{flow}", self._sign_in, methods=["POST"]),
            Route("/signin/{flow}/cancel", self._cancel, methods=["GET"]),
            Route("/terms/{flow}", self._show_terms, methods=["GET"]),
            Route("/terms/{flow}", self._accept, methods=["POST"]),
        ]

    async def _show_signin(self, request: Request) -> Response:
        try:
            flow, browser = self._guard.open_flow(request)
        except StepNotPossibleError as stop:
            return stop.page
        return self._signin_page(flow, browser)

    async def _sign_in(self, request: Request) -> Response:
        try:
            flow, browser = self._guard.open_flow(request)
            form = await self._form(request, browser, f"signin:{flow.id}")
            person = self._credentials.matching_person(request, form)
        except (StepNotPossibleError, TooManyAttemptsError) as stop:
            return stop.page
        if person is None:
            return self._signin_page(flow, browser, username=form.get("username"), failed=True)
        self._flows.sign_in(flow, person.username)
        return within(f"{self._settings.public_url}/terms/{flow.id}")

    async def _show_terms(self, request: Request) -> Response:
        try:
            flow, browser = self._guard.open_flow(request)
        except StepNotPossibleError as stop:
            return stop.page
        person = self._catalogue.find(flow.username) if flow.username else None
        if person is None:
            return within(f"{self._settings.public_url}/signin/{flow.id}")
        granted = flow.request.scope.split()
        return self._pages.render(
            "terms.html",
            form_target=flow.request.redirect_uri,
            client_name=self._client_name(flow),
            person=person,
            shared=[words for scope, words in scopes.PLAIN_WORDS.items() if scope in granted],
            action=f"{self._settings.base_path}/terms/{flow.id}",
            signin=f"{self._settings.base_path}/signin/{flow.id}",
            cancel=f"{self._settings.base_path}/signin/{flow.id}/cancel",
            csrf=csrf_token(browser, f"terms:{flow.id}"),
        )

    async def _accept(self, request: Request) -> Response:
        try:
            flow, browser = self._guard.any_flow(request)
            await self._form(request, browser, f"terms:{flow.id}")
            if self._just_approved(flow):
                # Pressed twice: the browser follows the last answer, so it must be the same.
                return self._guard.approved(flow)
            flow, _ = self._guard.open_flow(request)
        except StepNotPossibleError as stop:
            return stop.page
        if flow.username is None:
            return within(f"{self._settings.public_url}/signin/{flow.id}")
        with self._database.transaction():
            if self._flows.end(flow, "approved"):
                self._codes.issue(flow)
        return self._guard.approved(flow)

    async def _cancel(self, request: Request) -> Response:
        try:
            flow, _ = self._guard.any_flow(request)
            if flow.outcome == "approved":
                self._guard.open_flow(request)
        except StepNotPossibleError as stop:
            return stop.page
        self._flows.end(flow, "cancelled")
        return self._guard.cancelled(flow)

    def _just_approved(self, flow: Flow) -> bool:
        if flow.outcome != "approved" or flow.ended_at is None:
            return False
        return flow.ended_at + code_store.LIFETIME_S > self._clock.now()

    async def _form(self, request: Request, browser: str, name: str) -> Parameters:
        try:
            form = await form_of(request)
        except BadParametersError as error:
            raise StepNotPossibleError(
                self._pages.notice(400, "The form cannot be read", f"Mikomo {error}.")
            ) from error
        if form.doubled or not csrf_matches(form.get("csrf"), browser, name):
            raise StepNotPossibleError(
                self._pages.notice(
                    400,
                    "This page is out of date",
                    "Nothing was shared. Go back, load the page again and repeat the last step.",
                )
            )
        return form

    def _signin_page(
        self, flow: Flow, browser: str, *, username: str = "", failed: bool = False
    ) -> Response:
        return self._pages.render(
            "signin.html",
            status=401 if failed else 200,
            client_name=self._client_name(flow),
            action=f"{self._settings.base_path}/signin/{flow.id}",
            cancel=f"{self._settings.base_path}/signin/{flow.id}/cancel",
            csrf=csrf_token(browser, f"signin:{flow.id}"),
            username=username[:MAX_USERNAME],
            failed=failed,
        )

    def _client_name(self, flow: Flow) -> str:
        client = self._clients.get(flow.request.client_id)
        return client.name if client else "A network that is no longer registered"
