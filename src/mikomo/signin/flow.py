"""Finding the authorization a page belongs to, and the ways it can have ended."""

from starlette.requests import Request
from starlette.responses import Response

from mikomo.settings import Settings
from mikomo.store.codes import CodeStore
from mikomo.store.flows import Flow, FlowStore
from mikomo.web.browser import Browsers
from mikomo.web.pages import Pages
from mikomo.web.redirects import back_to_client


class StepNotPossibleError(Exception):
    """This step cannot be taken; carries the page that says why."""

    def __init__(self, page: Response) -> None:
        super().__init__("the step is not possible")
        self.page = page


class FlowGuard:
    """Lets a step see its flow only in the browser that began it, and only while it is open."""

    def __init__(
        self,
        settings: Settings,
        flows: FlowStore,
        codes: CodeStore,
        browsers: Browsers,
        pages: Pages,
    ) -> None:
        self._settings = settings
        self._flows = flows
        self._codes = codes
        self._browsers = browsers
        self._pages = pages

    def any_flow(self, request: Request) -> tuple[Flow, str]:
        """The flow of the path and the browser's token, whatever has become of the flow."""
        browser = self._browsers.known(request)
        flow = self._flows.find(request.path_params["flow"], browser) if browser else None
        if flow is None or browser is None:
            raise StepNotPossibleError(
                self._pages.notice(
                    400,
                    "We cannot find your sign-in",
                    "Nothing was shared. It was begun in another browser, cookies are switched "
                    "off, or it is too old. Go back to the app you came from and start again.",
                )
            )
        return flow, browser

    def open_flow(self, request: Request) -> tuple[Flow, str]:
        """The same, for steps that need the flow to be under way."""
        flow, browser = self.any_flow(request)
        if flow.outcome is not None:
            raise StepNotPossibleError(
                self._pages.notice(
                    410,
                    "You have already finished here",
                    "Go back to the app you came from. To connect once more, start again there.",
                )
            )
        if self._flows.is_over(flow):
            raise StepNotPossibleError(
                self._pages.notice(
                    410,
                    "This took too long",
                    "For your safety a sign-in ends after 30 minutes. Nothing was shared.",
                    link=(
                        f"{self._settings.base_path}/signin/{flow.id}/cancel",
                        "Return to the app and start again",
                    ),
                )
            )
        return flow, browser

    def approved(self, flow: Flow) -> Response:
        """Back to the network with the code (RFC 6749, section 4.1.2)."""
        return back_to_client(
            flow.request.redirect_uri,
            code=self._codes.code_of(flow),
            state=flow.request.state,
            iss=self._settings.public_url,
        )

    def cancelled(self, flow: Flow) -> Response:
        """Back to the network with the person's refusal."""
        return back_to_client(
            flow.request.redirect_uri,
            error="access_denied",
            error_description="the person did not allow access",
            state=flow.request.state,
            iss=self._settings.public_url,
        )
