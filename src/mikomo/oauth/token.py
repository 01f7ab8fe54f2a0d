"""POST /oauth/token: codes and refresh tokens become access tokens."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mikomo.catalogue import Catalogue
from mikomo.clients import Client
from mikomo.clock import Clock
from mikomo.oauth.client_authentication import ClientAuthentication
from mikomo.oauth.errors import NO_STORE, TokenError
from mikomo.oauth.keys import SigningKey
from mikomo.settings import Settings
from mikomo.store.codes import Code, CodeStore
from mikomo.store.connections import ACCESS_TOKEN_LIFETIME_S, ConnectionStore, Tokens
from mikomo.store.database import Database
from mikomo.web.forms import BadParametersError, Parameters, form_of

_ID_TOKEN_LIFETIME_S = 3600
_BAD_CODE = "expected a code that is unused and less than five minutes old"
_BAD_REFRESH_TOKEN = "expected the newest refresh token of a connection that was not stopped"  # noqa: S105 - a sentence


class TokenEndpoint:
    """The two grants, after one shared check of the client."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        database: Database,
        authentication: ClientAuthentication,
        codes: CodeStore,
        connections: ConnectionStore,
        catalogue: Catalogue,
        key: SigningKey,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._database = database
        self._authentication = authentication
        self._codes = codes
        self._connections = connections
        self._catalogue = catalogue
        self._key = key

    def routes(self) -> list[Route]:
        """The endpoint's route."""
        return [Route("/oauth/token", self._token, methods=["POST"])]

    async def _token(self, request: Request) -> Response:
        try:
            form = await form_of(request)
            client = self._authentication.client(request, form)
            if form.doubled:
                raise TokenError("invalid_request", "expected each parameter once")
            return JSONResponse(self._grant(client, form), headers=NO_STORE)
        except TokenError as refusal:
            return refusal.response()
        except BadParametersError as error:
            return TokenError("invalid_request", str(error)).response()

    def _grant(self, client: Client, form: Parameters) -> dict[str, str | int]:
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(client, form)
            case "refresh_token":
                return self._refresh(client, form)
            case "":
                raise TokenError("invalid_request", "expected a grant_type")
            case _:
                raise TokenError(
                    "unsupported_grant_type", "expected authorization_code or refresh_token"
                )

    def _exchange(self, client: Client, form: Parameters) -> dict[str, str | int]:
        """RFC 6749, section 4.1.3, and RFC 7636, section 4.6."""
        code = form.get("code")
        if not code:
            raise TokenError("invalid_request", "expected a code")
        granted = self._codes.find(code)
        if granted is None or granted.client_id != client.client_id:
            raise TokenError("invalid_grant", _BAD_CODE)
        if form.get("redirect_uri") != granted.redirect_uri:
            raise TokenError("invalid_grant", "expected the redirect_uri of the authorization")
        if not _verifies(form.get("code_verifier"), granted.code_challenge):
            raise TokenError("invalid_grant", "expected the code_verifier of the code_challenge")
        with self._database.transaction():
            if not self._codes.claim(code):
                raise TokenError("invalid_grant", _BAD_CODE)
            tokens = self._connections.open(
                client.client_id, granted.username, granted.scope, client.refresh_tokens
            )
        answer = _answer(tokens, granted.scope)
        if "openid" in granted.scope.split():
            answer["id_token"] = self._id_token(granted)
        return answer

    def _refresh(self, client: Client, form: Parameters) -> dict[str, str | int]:
        """RFC 6749, section 6; every refresh replaces the refresh token, unless the client's are
        kept."""
        token = form.get("refresh_token")
        if not token:
            raise TokenError("invalid_request", "expected a refresh_token")
        connection = self._connections.of_refresh_token(token)
        if connection is None or connection.client_id != client.client_id:
            raise TokenError("invalid_grant", _BAD_REFRESH_TOKEN)
        with self._database.transaction():
            tokens = self._connections.renew(token, connection, client.refresh_tokens)
        if tokens is None:
            raise TokenError("invalid_grant", _BAD_REFRESH_TOKEN)
        return _answer(tokens, connection.scope)

    def _id_token(self, granted: Code) -> str:
        now = self._clock.now()
        claims: dict[str, str | int] = {
            "iss": self._settings.public_url,
            "sub": granted.username,
            "aud": granted.client_id,
            "exp": now + _ID_TOKEN_LIFETIME_S,
            "iat": now,
            "auth_time": granted.auth_time,
        }
        if granted.nonce is not None:
            claims["nonce"] = granted.nonce
        person = self._catalogue.find(granted.username)
        if person is not None:
            claims |= {"name": person.full_name, "email": person.email, "email_verified": True}
        return self._key.sign(claims)


def _answer(tokens: Tokens, scope: str) -> dict[str, str | int]:
    answer: dict[str, str | int] = {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFETIME_S,
        "scope": scope,
    }
    if tokens.refresh_token is not None:
        answer["refresh_token"] = tokens.refresh_token
    return answer


def _verifies(verifier: str, challenge: str) -> bool:
    made = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())
