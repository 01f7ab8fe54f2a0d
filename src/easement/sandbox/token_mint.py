"""`POST /sandbox/v1/tokens`: a token set for a sandbox user, without a browser."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from easement.oauth.errors import OAuthError, Refusal
from easement.platform.http import ConnectFailedError, TimedOutError
from easement.recipients.model import App
from easement.sandbox.consumer import HeadlessConsumer
from easement.sandbox.gate import Gate, bearer
from easement.sandbox.refusals import ControlError
from easement.web.forms import FormError, read_form
from easement.web.oauth_json import NO_STORE, refused

_SCOPE = "openid offline_access profile"
_BANK_OUT = Refusal(
    OAuthError.TEMPORARILY_UNAVAILABLE, "The sandbox bank cannot be reached.", status=503
)
_NO_CLIENT = Refusal(OAuthError.INVALID_CLIENT, "Invalid client credentials.", status=401)

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


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose tokens; `password` None is the user name, `accounts` None are all of them."""

    user: str
    password: str | None = None
    accounts: str | None = None
    scope: str | None = None

    @property
    def account_ids(self) -> list[str] | None:
        """The comma list, split."""
        if self.accounts is None:
            return None
        return [each.strip() for each in self.accounts.split(",") if each.strip()]


class TokenMint:
    """Takes a form: `user`, optionally `password` (the user name), `accounts` (comma list; all),
    `scope`; client credentials by Basic or in the form. Answers like the token endpoint.

    Who shows the control token instead mints for `own_app`, the developer's.
    """

    def __init__(
        self,
        *,
        provider_id: str,
        mint: Mint,
        authenticate: Authenticate,
        consumer: HeadlessConsumer,
        gate: Gate,
        own_app: Callable[[], Awaitable[App | None]],
    ) -> None:
        self._provider_id = provider_id
        self._mint = mint
        self._authenticate = authenticate
        self._consumer = consumer
        self._gate = gate
        self._own_app = own_app

    def routes(self) -> list[Route]:
        """Where it is served."""
        return [Route("/sandbox/v1/tokens", self.create, methods=["POST"])]

    async def create(self, request: Request) -> Response:
        """Make a token set; 400 says what was expected."""
        try:
            form = await read_form(request)
        except FormError as error:
            return refused(Refusal(OAuthError.INVALID_REQUEST, error.message, error.status))
        app = await self._app(request, dict(form))
        if isinstance(app, Refusal):
            return refused(app)
        user = form.get("user")
        if user is None or form.doubled is not None:
            return refused(
                Refusal(OAuthError.INVALID_REQUEST, "Expected user=, such as user=mikomo_10, once.")
            )
        wish = Wish(user, form.get("password"), form.get("accounts"), form.get("scope"))
        answer = await self.tokens(app, wish)
        if isinstance(answer, Refusal):
            return refused(answer)
        return JSONResponse(answer, headers=NO_STORE)

    async def tokens(self, app: App, wish: Wish) -> dict[str, Any] | Refusal:
        """The token response for `app`, or why there is none."""

        async def sign_in(url: str, callback_url: str) -> str | None:
            password = wish.password or wish.user
            return await self._consumer.sign_in(url, callback_url, wish.user, password)

        try:
            return await self._mint(
                app=app,
                provider_id=self._provider_id,
                scope=wish.scope or _SCOPE,
                account_ids=wish.account_ids,
                sign_in=sign_in,
            )
        except (ConnectFailedError, TimedOutError):
            return _BANK_OUT

    async def tokens_of_own_app(self, wish: Wish) -> dict[str, Any] | Refusal:
        """The token response for the developer's app."""
        app = await self._own_app()
        return _NO_CLIENT if app is None else await self.tokens(app, wish)

    async def _app(self, request: Request, form: dict[str, str]) -> App | Refusal:
        if bearer(request) is None:
            return await self._authenticate(request, form) or _NO_CLIENT
        try:
            self._gate.check(request)
        except ControlError as error:
            return Refusal(OAuthError.INVALID_CLIENT, error.message, error.status)
        return await self._own_app() or _NO_CLIENT
