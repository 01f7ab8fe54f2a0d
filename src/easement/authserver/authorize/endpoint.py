"""`GET /auth`: the app's request, checked, sent on to the bank."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from easement.authserver.authorize.flow import BANK_OUT, ConsentFlow
from easement.authserver.authorize.request import PendingRequest
from easement.authserver.authorize.respond import error_url
from easement.authserver.settings import AuthServerSettings
from easement.connectors.errors import BankError
from easement.oauth.errors import Refusal
from easement.web.browser import BrowserCookie
from easement.web.forms import FormError, read_query
from easement.web.pages import Pages

_ADVICE = (
    "Go back to the app and start again.",
    "If it happens again, tell the app's makers: their request to us has a mistake.",
)


class AuthorizationEndpoint:
    """Answers `/auth` with a redirect to the bank, a redirect to the app, or a page."""

    def __init__(
        self, flow: ConsentFlow, settings: AuthServerSettings, pages: Pages, cookie: BrowserCookie
    ) -> None:
        self._flow = flow
        self._settings = settings
        self._pages = pages
        self._cookie = cookie

    async def __call__(self, request: Request) -> Response:
        try:
            parameters = read_query(request)
        except FormError as error:
            return self._page(request, error.status, error.message)
        pending = PendingRequest(parameters, parameters.doubled)
        refusal = await self._flow.check(pending)
        if refusal is not None:
            return self._refuse(request, pending, refusal)
        browser = self._cookie.ensure(request)
        try:
            _, url = await self._flow.begin(pending.checked(), browser)
        except BankError:
            return self._redirect(error_url(pending, self._settings.issuer, BANK_OUT))
        response = self._redirect(url)
        self._cookie.write(response, browser)
        return response

    def _refuse(self, request: Request, pending: PendingRequest, refusal: Refusal) -> Response:
        if refusal.redirect_safe:
            return self._redirect(error_url(pending, self._settings.issuer, refusal))
        return self._page(request, refusal.status, refusal.description or str(refusal.error))

    def _page(self, request: Request, status: int, message: str) -> Response:
        return self._pages.message(
            request,
            status=status,
            title="Bad Request",
            heading="This link does not work",
            message=message,
            next_steps=_ADVICE,
        )

    @staticmethod
    def _redirect(url: str) -> Response:
        return RedirectResponse(url, 302, {"cache-control": "no-store"})
