"""`GET` and `POST /auth`: the app's request, checked, sent on to the bank."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from easement.authorizations.pushed.service import PREFIX, PushedRequests
from easement.authserver.attempts import Attempts
from easement.authserver.authorize.flow import BANK_OUT, ConsentFlow
from easement.authserver.authorize.refusals import Refusals
from easement.authserver.authorize.request import PendingRequest
from easement.authserver.authorize.respond import error_url
from easement.authserver.authorize.silent import SilentAuthorization
from easement.authserver.settings import AuthServerSettings
from easement.connectors.errors import BankError
from easement.oauth.errors import OAuthError, Refusal
from easement.recipients.model import Profile
from easement.recipients.service import Recipients
from easement.web.browser import BrowserCookie, SessionCookie
from easement.web.forms import FormError, Parameters, read_form, read_query
from easement.web.pages import Pages

_ADVICE = (
    "Go back to the app and start again.",
    "If it happens again, tell the app's makers: their request to us has a mistake.",
)
_NOT_PUSHED = Refusal(
    OAuthError.INVALID_REQUEST,
    "This request is not known: it is too old, has been used, or is another app's.",
)


class AuthorizationEndpoint:
    """Answers `/auth` with a redirect to the bank, a redirect to the app, or a page."""

    def __init__(
        self,
        *,
        flow: ConsentFlow,
        silent: SilentAuthorization,
        pushed: PushedRequests,
        recipients: Recipients,
        settings: AuthServerSettings,
        pages: Pages,
        cookie: BrowserCookie,
        session_cookie: SessionCookie,
        attempts: Attempts,
        refusals: Refusals,
    ) -> None:
        self._flow = flow
        self._silent = silent
        self._pushed = pushed
        self._recipients = recipients
        self._settings = settings
        self._pages = pages
        self._cookie = cookie
        self._session_cookie = session_cookie
        self._attempts = attempts
        self._refusals = refusals

    async def __call__(self, request: Request) -> Response:
        try:
            if request.method == "POST":
                return self._as_get(await read_form(request))
            parameters = read_query(request)
        except FormError as error:
            return self._page(request, error.status, error.message)
        await self._attempts.authorization(request)
        pending = await self._pending(parameters)
        refusal = _NOT_PUSHED if pending is None else await self._flow.check(pending)
        if pending is None or refusal is not None:
            self._refusals.note(pending)
            return self._refuse(request, pending, refusal or _NOT_PUSHED)
        if pending.is_silent:
            secret = self._session_cookie.read(request)
            return self._redirect(await self._silent.answer(pending, secret))
        browser = self._cookie.ensure(request)
        try:
            _, url = await self._flow.begin(pending, browser)
        except BankError:
            return self._redirect(error_url(pending, self._settings.issuer, BANK_OUT))
        response = self._redirect(url)
        self._cookie.write(response, browser)
        return response

    def _as_get(self, form: Parameters) -> Response:
        """A form on the app's page, sent once more as a link (OIDC Core 3.1.2.1): a form from
        another site brings none of our cookies, and would begin in a browser without a past."""
        pairs = [*form.items(), *([(form.doubled, "twice")] if form.doubled else [])]
        url = f"{self._settings.issuer}/auth?{urlencode(pairs)}"
        return RedirectResponse(url, 303, {"cache-control": "no-store"})

    async def _pending(self, parameters: Parameters) -> PendingRequest | None:
        """The request as it came, or as it was pushed; None if that one is not to be had.

        Of a pushed request the browser brings two parameters, and all others are worth nothing
        (RFC 9126 4): a person could change them.
        """
        request_uri = parameters.get("request_uri", "")
        app = await self._recipients.current(parameters.get("client_id", ""))
        may_push = app is not None and app.profile is not Profile.AKOYA
        if app is None or not may_push or not request_uri.startswith(PREFIX):
            return PendingRequest(parameters, parameters.doubled)
        if parameters.doubled in {"client_id", "request_uri"}:
            return None
        found = await self._pushed.find(request_uri, app.id)
        if found is None:
            return None
        return PendingRequest(found.parameters, doubled=None, pushed_hash=found.hash)

    def _refuse(
        self, request: Request, pending: PendingRequest | None, refusal: Refusal
    ) -> Response:
        if pending is not None and refusal.redirect_safe:
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
