"""`GET /callback/{provider_id}`: the bank sends the consumer back."""

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from easement.authorizations.model import Authorization
from easement.authorizations.service import Authorizations
from easement.authserver.authorize.bank_errors import from_bank
from easement.authserver.authorize.flow import (
    BANK_OUT,
    BANK_REFUSED,
    CANCELLED,
    TOO_LATE,
    ConsentFlow,
)
from easement.authserver.authorize.respond import back_to_app
from easement.authserver.settings import AuthServerSettings
from easement.connectors.errors import BankError
from easement.oauth.errors import Refusal
from easement.providers.directory import Directory
from easement.providers.errors import UnknownProviderError
from easement.web.browser import BrowserCookie
from easement.web.forms import FormError, Parameters, read_query
from easement.web.pages import Pages

_NEXT = ("Go back to the app and link your bank again.",)


class ProviderCallback:
    """Believes nothing of the request but what our own proofs and the bank confirm."""

    def __init__(
        self,
        *,
        flow: ConsentFlow,
        authorizations: Authorizations,
        directory: Directory,
        settings: AuthServerSettings,
        pages: Pages,
        cookie: BrowserCookie,
    ) -> None:
        self._flow = flow
        self._authorizations = authorizations
        self._directory = directory
        self._settings = settings
        self._pages = pages
        self._cookie = cookie

    async def __call__(self, request: Request) -> Response:
        try:
            parameters = read_query(request)
        except FormError as error:
            return self._lost(request, error.message)
        authorization = await self._find(request, parameters)
        if authorization is None:
            return self._lost(request, "This sign-in is not one that we know.")
        if not self._authorizations.belongs_to(authorization, self._cookie.read(request)):
            # Somebody else's link (login CSRF), or a browser that keeps no cookies.
            return self._lost(
                request,
                "This sign-in was begun in another browser, or your browser kept no cookie.",
            )
        refusal = await self._refusal(authorization, parameters)
        if refusal is not None:
            return await self._back(request, authorization, refusal)
        if not authorization.step.is_final:
            refusal = await self._flow.returned(authorization, parameters["code"])
            if refusal is not None:
                return await self._back(request, authorization, refusal)
        return RedirectResponse(
            f"{self._settings.issuer}/consent/{authorization.id}",
            303,
            {"cache-control": "no-store"},
        )

    async def _back(
        self, request: Request, authorization: Authorization, refusal: Refusal
    ) -> Response:
        cancelled = refusal is CANCELLED
        end = self._flow.cancel if cancelled else partial(self._flow.fail, refusal=refusal)
        return back_to_app(self._pages, request, await end(authorization))

    async def _find(self, request: Request, parameters: Parameters) -> Authorization | None:
        authorization_id = self._authorizations.id_of_state(parameters.get("state", ""))
        if authorization_id is None or parameters.doubled is not None:
            return None
        authorization = await self._authorizations.find(authorization_id)
        if authorization is None:
            return None
        if authorization.request.provider_id != request.path_params["provider_id"]:
            return None
        return authorization

    async def _refusal(
        self, authorization: Authorization, parameters: Parameters
    ) -> Refusal | None:
        if authorization.step.is_final:
            return None
        if self._authorizations.is_late(authorization):
            return TOO_LATE
        provider_id = authorization.request.provider_id
        try:
            connector = await self._directory.connector_to(provider_id)
            if not await connector.is_issuer(parameters.get("iss")):
                return BANK_REFUSED
        except UnknownProviderError:
            return BANK_REFUSED
        except BankError:
            return BANK_OUT
        error = parameters.get("error")
        if error is not None or "code" not in parameters:
            return from_bank(provider_id, error)
        return None

    def _lost(self, request: Request, message: str) -> Response:
        return self._pages.message(
            request,
            status=400,
            title="Bad Request",
            heading="We lost track of this sign-in",
            message=message,
            next_steps=_NEXT,
        )
