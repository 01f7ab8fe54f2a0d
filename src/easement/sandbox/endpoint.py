"""`POST /sandbox/v1/tokens`: a token set for a sandbox user, without a browser."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from easement.oauth.errors import OAuthError, Refusal
from easement.platform.http import ConnectFailedError, TimedOutError
from easement.recipients.model import App
from easement.sandbox.consumer import HeadlessConsumer
from easement.web.forms import FormError, read_form
from easement.web.oauth_json import NO_STORE, refused

PATHS = ("/sandbox/v1/tokens",)

_SCOPE = "openid offline_access profile"
_BANK_OUT = Refusal(
    OAuthError.TEMPORARILY_UNAVAILABLE, "The sandbox bank cannot be reached.", status=503
)

Authenticate = Callable[[Request, dict[str, str]], Awaitable[App | None]]


class Mint(Protocol):
    """The consent flow, run for a consumer who signs in by a function."""

    async def __call__(
        self,
        *,
        app: App,
        provider_id: str,
        scope: str,
        account_ids: Collection[str] | None,
        sign_in: Callable[[str, str], Awaitable[str | None]],
    ) -> dict[str, Any] | Refusal: ...


class TokenMint:
    """Takes a form: `user`, optionally `password` (the user name), `accounts` (comma list; all),
    `scope`; client credentials by Basic or in the form. Answers like the token endpoint."""

    def __init__(
        self, provider_id: str, mint: Mint, authenticate: Authenticate, consumer: HeadlessConsumer
    ) -> None:
        self._provider_id = provider_id
        self._mint = mint
        self._authenticate = authenticate
        self._consumer = consumer

    def routes(self) -> list[Route]:
        """Where it is served."""
        return [Route(PATHS[0], self.create, methods=["POST"])]

    async def create(self, request: Request) -> Response:
        """Make a token set; 400 says what was expected."""
        try:
            form = await read_form(request)
        except FormError as error:
            return refused(Refusal(OAuthError.INVALID_REQUEST, error.message, error.status))
        app = await self._authenticate(request, dict(form))
        if app is None:
            return refused(
                Refusal(OAuthError.INVALID_CLIENT, "Invalid client credentials.", status=401)
            )
        user = form.get("user")
        if user is None or form.doubled is not None:
            return refused(
                Refusal(OAuthError.INVALID_REQUEST, "Expected user=, such as user=mikomo_10, once.")
            )
        password = form.get("password", user)

        async def sign_in(url: str, callback_url: str) -> str | None:
            return await self._consumer.sign_in(url, callback_url, user, password)

        accounts = form.get("accounts")
        try:
            answer = await self._mint(
                app=app,
                provider_id=self._provider_id,
                scope=form.get("scope", _SCOPE),
                account_ids=None if accounts is None else [a for a in accounts.split(",") if a],
                sign_in=sign_in,
            )
        except (ConnectFailedError, TimedOutError):
            return refused(_BANK_OUT)
        if isinstance(answer, Refusal):
            return refused(answer)
        return JSONResponse(answer, headers=NO_STORE)
