"""POST /oauth/par: a network hands its request over directly, and the browser carries only a
reference to it (RFC 9126)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mikomo.clock import Clock
from mikomo.oauth.client_authentication import ClientAuthentication
from mikomo.oauth.errors import NO_STORE, TokenError
from mikomo.store.database import Randomness
from mikomo.web.forms import BadParametersError, Parameters, form_of

PREFIX = "urn:ietf:params:oauth:request_uri:"

_LIFETIME_S = 60


class PushedRequests:
    """Requests that wait for their browser. In memory: none is older than a minute."""

    def __init__(self, clock: Clock, new_token: Randomness) -> None:
        self._clock = clock
        self._new_token = new_token
        self._waiting: dict[str, tuple[Parameters, int]] = {}

    def push(self, form: Parameters) -> str:
        """Keep a request; its `request_uri`."""
        now = self._clock.now()
        self._waiting = {
            uri: (waiting, until) for uri, (waiting, until) in self._waiting.items() if until > now
        }
        uri = PREFIX + self._new_token()
        self._waiting[uri] = (form, now + _LIFETIME_S)
        return uri

    def find(self, request_uri: str, client_id: str) -> Parameters | None:
        """The request, if it is this client's and still waits."""
        pushed, until = self._waiting.get(request_uri, (None, 0))
        if pushed is None or until <= self._clock.now() or pushed.get("client_id") != client_id:
            return None
        return pushed


class PushedEndpoint:
    """Takes requests from networks that prove who they are."""

    def __init__(self, authentication: ClientAuthentication, requests: PushedRequests) -> None:
        self._authentication = authentication
        self._requests = requests

    def routes(self) -> list[Route]:
        """The endpoint's route."""
        return [Route("/oauth/par", self._push, methods=["POST"])]

    async def _push(self, request: Request) -> Response:
        try:
            form = await form_of(request)
            client = self._authentication.client(request, form)
            if form.doubled or "request_uri" in form:
                raise TokenError("invalid_request", "expected each parameter once, no request_uri")
            if form.get("client_id") != client.client_id:
                raise TokenError("invalid_request", "expected the client_id of who is calling")
        except TokenError as refusal:
            return refusal.response()
        except BadParametersError as error:
            return TokenError("invalid_request", str(error)).response()
        answer = {"request_uri": self._requests.push(form), "expires_in": _LIFETIME_S}
        return JSONResponse(answer, 201, headers=NO_STORE)
