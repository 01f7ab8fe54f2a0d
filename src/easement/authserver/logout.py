"""`GET` and `POST /logout` (OpenID Connect RP-Initiated Logout 1.0): the consumer's short session
ends; what they permitted stays.

Apps register no address to come back to, so nobody is redirected: a page says what happened.
"""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from easement.authorizations.sessions.model import ConsumerSession
from easement.authorizations.sessions.service import ConsumerSessions
from easement.authserver.settings import AuthServerSettings
from easement.consent.service import Consents
from easement.platform.crypto import same
from easement.recipients.service import Recipients
from easement.tokens.errors import InvalidTokenError
from easement.tokens.id_tokens import IdTokens
from easement.web.browser import SessionCookie
from easement.web.forms import FormError, Parameters, read_form, read_query
from easement.web.pages import Pages


class LogoutEndpoint:
    """Ends the session at once where the app proves whose it is; else the consumer is asked, since
    anybody can send them here."""

    def __init__(
        self,
        *,
        sessions: ConsumerSessions,
        consents: Consents,
        recipients: Recipients,
        id_tokens: IdTokens,
        settings: AuthServerSettings,
        pages: Pages,
        session_cookie: SessionCookie,
    ) -> None:
        self._sessions = sessions
        self._consents = consents
        self._recipients = recipients
        self._id_tokens = id_tokens
        self._settings = settings
        self._pages = pages
        self._session_cookie = session_cookie

    async def __call__(self, request: Request) -> Response:
        try:
            if request.method == "GET":
                return await self._asked(request, read_query(request))
            form = await read_form(request)
        except FormError as error:
            return self._bad_request(request, error.status, error.message)
        if "csrf" in form:
            return await self._confirmed(request, form["csrf"])
        # An app's own form: sent once more as a link, because our cookie does not come with it.
        return RedirectResponse(
            f"{self._settings.issuer}/logout?{urlencode(list(form.items()))}",
            303,
            {"cache-control": "no-store"},
        )

    async def _asked(self, request: Request, parameters: Parameters) -> Response:
        secret = self._session_cookie.read(request)
        living = await self._sessions.living(secret)
        if secret is None or not living:
            return self._signed_out(request)
        if await self._is_proven(parameters, living):
            await self._sessions.end(secret)
            return self._signed_out(request)
        apps = [await self._recipients.current(session.app_id) for session in living]
        return self._pages.render(
            "logout.html",
            apps=sorted({app.name for app in apps if app is not None}),
            action=f"{self._settings.issuer}/logout",
            csrf=self._sessions.form_proof(secret),
        )

    async def _is_proven(self, parameters: Parameters, living: list[ConsumerSession]) -> bool:
        """Whether the ``id_token_hint`` is of a consumer who has a session here (section 2)."""
        try:
            hint = await self._id_tokens.hint(parameters.get("id_token_hint", ""))
        except InvalidTokenError:
            return False
        if parameters.doubled or parameters.get("client_id", hint.app_id) != hint.app_id:
            return False
        for session in living:
            grant = await self._consents.current(session.grant_id)
            if grant is not None and (grant.app_id, grant.subject) == (hint.app_id, hint.subject):
                return True
        return False

    async def _confirmed(self, request: Request, csrf: str) -> Response:
        secret = self._session_cookie.read(request)
        if secret is None:
            return self._signed_out(request)
        if not same(csrf, self._sessions.form_proof(secret)):
            return self._bad_request(request, 400, "This form did not come from our page.")
        await self._sessions.end(secret)
        return self._signed_out(request)

    def _signed_out(self, request: Request) -> Response:
        response = self._pages.message(
            request,
            status=200,
            heading="You are signed out",
            message="Apps must send you to your bank again before they get anything new. What you "
            "have permitted stays.",
            next_steps=(
                "To stop sharing accounts, use the app, or your account at the bank.",
                "On a shared computer, sign out at your bank too.",
            ),
        )
        self._session_cookie.clear(response)
        return response

    def _bad_request(self, request: Request, status: int, message: str) -> Response:
        return self._pages.message(
            request,
            status=status,
            title="Bad Request",
            heading="That did not work",
            message=message,
            next_steps=("Go back, reload the page, and try again.",),
        )
