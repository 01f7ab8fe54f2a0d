"""GET /oauth/authorize: is the network's request in order?

Two ways to refuse (RFC 6749, section 4.1.2.1): with an unknown client or redirect URI the person
reads a page, because a redirect would make the bank an open redirector; every other fault goes
back to the client as `error`.
"""

import re
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.clients import ClientDirectory
from mikomo.oauth import scopes
from mikomo.oauth.pushed import PREFIX, PushedRequests
from mikomo.settings import Settings
from mikomo.store.flows import AuthorizationRequest, FlowStore
from mikomo.web.browser import Browsers
from mikomo.web.forms import BadParametersError, Parameters, query_of
from mikomo.web.pages import Pages
from mikomo.web.redirects import back_to_client, within

_MAX_STATE = 4096
_MAX_NONCE = 1024
_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_NOT_SUPPORTED = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
}


class _Refusal(NamedTuple):
    error: str
    description: str


class AuthorizationEndpoint:
    """Checks the request, remembers it and shows the sign-in page."""

    def __init__(
        self,
        settings: Settings,
        clients: ClientDirectory,
        pushed: PushedRequests,
        flows: FlowStore,
        *,
        browsers: Browsers,
        pages: Pages,
    ) -> None:
        self._settings = settings
        self._clients = clients
        self._pushed = pushed
        self._flows = flows
        self._browsers = browsers
        self._pages = pages

    def routes(self) -> list[Route]:
        """The endpoint's route."""
        return [Route("/oauth/authorize", self._authorize, methods=["GET"])]

    async def _authorize(self, request: Request) -> Response:
        try:
            query = query_of(request)
        except BadParametersError as error:
            return self._page(f"The request cannot be read: {error}.")
        client = self._clients.get(query.get("client_id"))
        if client is None or "client_id" in query.doubled:
            return self._page("The app that sent you here is not registered with Mikomo.")
        if query.get("request_uri").startswith(PREFIX) and not query.doubled:
            pushed = self._pushed.find(query.get("request_uri"), client.client_id)
            if pushed is None:
                return self._page("The app's request has expired.")
            query = pushed
        elif client.require_pushed_authorization_requests:
            return self._page("The app must hand its request over to Mikomo first.")
        redirect_uri = query.get("redirect_uri")
        if redirect_uri not in client.redirect_uris or "redirect_uri" in query.doubled:
            return self._page(f"The return address is not one {client.name} has registered.")
        state = query.get("state") or None
        refusal = _refusal(query)
        if refusal is not None:
            return back_to_client(
                redirect_uri,
                error=refusal.error,
                error_description=refusal.description,
                state=state if state is None or len(state) <= _MAX_STATE else None,
                iss=self._settings.public_url,
            )
        browser = self._browsers.known_or_new(request)
        flow_id = self._flows.begin(
            AuthorizationRequest(
                client_id=client.client_id,
                redirect_uri=redirect_uri,
                state=state,
                nonce=query.get("nonce") or None,
                scope=scopes.known(query.get("scope")),
                code_challenge=query.get("code_challenge"),
            ),
            browser,
        )
        response = within(f"{self._settings.public_url}/signin/{flow_id}")
        self._browsers.remember(response, browser)
        return response

    def _page(self, message: str) -> Response:
        return self._pages.notice(
            400,
            "This link does not work",
            f"{message} Nothing was shared. Go back to the app you came from and start again.",
        )


def _refusal(query: Parameters) -> _Refusal | None:
    return _shape_refusal(query) or _grant_refusal(query) or _pkce_refusal(query)


def _shape_refusal(query: Parameters) -> _Refusal | None:
    if query.doubled:
        # Quoting a name that the sender made up would carry it into the client's log.
        return _Refusal("invalid_request", "expected each parameter once")
    for name, error in _NOT_SUPPORTED.items():
        if name in query:
            return _Refusal(error, f"the parameter {name} is not supported")
    if len(query.get("state")) > _MAX_STATE:
        return _Refusal("invalid_request", f"expected a state of at most {_MAX_STATE} characters")
    if len(query.get("nonce")) > _MAX_NONCE:
        return _Refusal("invalid_request", f"expected a nonce of at most {_MAX_NONCE} characters")
    return None


def _grant_refusal(query: Parameters) -> _Refusal | None:
    if not query.get("response_type"):
        return _Refusal("invalid_request", "expected response_type=code")
    if query.get("response_type") != "code":
        return _Refusal("unsupported_response_type", "expected response_type=code")
    if not scopes.known(query.get("scope")):
        return _Refusal("invalid_scope", f"expected one of: {' '.join(scopes.SUPPORTED)}")
    if query.get("prompt") == "none":
        # Every authorization shows the sign-in page, so one without any page cannot succeed.
        return _Refusal("login_required", "the person must sign in")
    return None


def _pkce_refusal(query: Parameters) -> _Refusal | None:
    # RFC 7636, section 4.4.1; "plain" would let a stolen authorization URL redeem the code.
    if not query.get("code_challenge"):
        return _Refusal("invalid_request", "code challenge required")
    if query.get("code_challenge_method") != "S256":
        return _Refusal("invalid_request", "expected code_challenge_method=S256")
    if not _S256_CHALLENGE.fullmatch(query.get("code_challenge")):
        return _Refusal("invalid_request", "expected a code_challenge of 43 base64url characters")
    return None
