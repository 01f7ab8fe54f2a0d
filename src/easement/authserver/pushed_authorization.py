"""`POST /par` (RFC 9126): an app sends its authorization request ahead, out of the consumer's
sight and reach."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from easement.authorizations.pushed.service import PushedRequests
from easement.authserver.authorize.flow import ConsentFlow
from easement.authserver.authorize.refusals import Refusals
from easement.authserver.authorize.request import PendingRequest
from easement.authserver.errors import CLIENT_UNKNOWN
from easement.authserver.token.client_authentication import ClientAuthentication
from easement.oauth.errors import OAuthError, Refusal
from easement.recipients.model import Profile
from easement.web.forms import FormError, read_form
from easement.web.oauth_json import NO_STORE, refused

# What proves the client is no part of its request.
_PROOF = {"client_secret", "client_assertion", "client_assertion_type"}

_CLASSIC = Refusal(
    OAuthError.UNAUTHORIZED_CLIENT, "Apps of the profile akoya send their request by the browser"
)
_NESTED = Refusal(OAuthError.INVALID_REQUEST, "Unexpected parameter: request_uri")


class PushedAuthorizationEndpoint:
    """Runs the same checks as `/auth`, and keeps what passes them for the browser to fetch."""

    def __init__(
        self,
        clients: ClientAuthentication,
        flow: ConsentFlow,
        pushed: PushedRequests,
        refusals: Refusals,
    ) -> None:
        self._clients = clients
        self._flow = flow
        self._pushed = pushed
        self._refusals = refusals

    async def __call__(self, request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormError as error:
            return refused(Refusal(OAuthError.INVALID_REQUEST, error.message, error.status))
        app = await self._clients.app(request, form)
        if app is None:
            return refused(CLIENT_UNKNOWN)
        if app.profile is Profile.AKOYA:
            return refused(_CLASSIC)
        if "request_uri" in form:
            return refused(_NESTED)
        parameters = {name: value for name, value in form.items() if name not in _PROOF}
        parameters["client_id"] = app.id
        pending = PendingRequest(parameters, form.doubled)
        refusal = await self._flow.check(pending)
        if refusal is not None:
            self._refusals.note(pending)
            # RFC 9126 2.3: whatever a browser would be told or shown is a 400 here.
            return refused(Refusal(refusal.error, refusal.description))
        body = {
            "request_uri": await self._pushed.push(app.id, parameters),
            "expires_in": int(self._pushed.lifetime.total_seconds()),
        }
        return JSONResponse(body, 201, NO_STORE)
