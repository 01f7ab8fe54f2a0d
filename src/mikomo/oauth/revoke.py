"""POST /oauth/revoke: a network gives its tokens back (RFC 7009)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.clients import Client
from mikomo.oauth.client_authentication import ClientAuthentication
from mikomo.oauth.errors import NO_STORE, TokenError
from mikomo.store.connections import ConnectionStore
from mikomo.web.forms import BadParametersError, form_of


class RevocationEndpoint:
    """A refresh token takes its whole connection along; an access token goes alone."""

    def __init__(self, authentication: ClientAuthentication, connections: ConnectionStore) -> None:
        self._authentication = authentication
        self._connections = connections

    def routes(self) -> list[Route]:
        """The endpoint's route."""
        return [Route("/oauth/revoke", self._revoke, methods=["POST"])]

    async def _revoke(self, request: Request) -> Response:
        try:
            form = await form_of(request)
            client = self._authentication.client(request, form)
            if form.doubled or not form.get("token"):
                raise TokenError("invalid_request", "expected one token")
            self._forget(client, form.get("token"))
        except TokenError as refusal:
            return refusal.response()
        except BadParametersError as error:
            return TokenError("invalid_request", str(error)).response()
        return Response(status_code=200, headers=NO_STORE)

    def _forget(self, client: Client, token: str) -> None:
        # An unknown token is no error, and another client's token is treated as unknown
        # (section 2.1), so that the answer tells nothing about it. The hint is not needed.
        connection = self._connections.of_refresh_token(token)
        if connection is not None and connection.client_id == client.client_id:
            self._connections.revoke(connection.id)
            return
        connection = self._connections.of_access_token(token)
        if connection is not None and connection.client_id == client.client_id:
            self._connections.drop_access_token(token)
