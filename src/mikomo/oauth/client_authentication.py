"""Which network is calling: the method that it is registered with (RFC 6749 2.3, RFC 7523)."""

from base64 import b64decode
from urllib.parse import unquote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request

from mikomo.clients import Client, ClientDirectory
from mikomo.clock import Clock
from mikomo.oauth.errors import TokenError
from mikomo.settings import Settings
from mikomo.web.forms import Parameters

METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt")
ALGORITHMS = ("ES256", "PS256", "RS256")

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_EXPECTED = {
    "client_secret_basic": "expected HTTP Basic with the client's id and secret",
    "client_secret_post": "expected client_id and client_secret in the body",
    "private_key_jwt": "expected an unused client_assertion for this issuer by a registered key",
}
_LEEWAY_S = 10
_LONGEST_S = 600


class ClientAuthentication:
    """Checks a request's proof; used assertions are remembered as long as they would count."""

    def __init__(self, settings: Settings, clients: ClientDirectory, clock: Clock) -> None:
        self._issuer = settings.public_url
        self._clients = clients
        self._clock = clock
        self._used: dict[tuple[str, str], int] = {}

    def client(self, request: Request, form: Parameters) -> Client:
        """The calling client; TokenError invalid_client (401) when it is not who it says."""
        header = request.headers.get("authorization", "")
        client_id, secret = _basic(header) if header else (form.get("client_id"), "")
        client = self._clients.get(client_id)
        if client is None:
            raise _refused("client_secret_basic")
        match client.token_endpoint_auth_method:
            case "client_secret_basic":
                proven = client.has_secret(secret)
            case "client_secret_post":
                proven = not header and client.has_secret(form.get("client_secret"))
            case "private_key_jwt":
                proven = not header and self._asserts(client, form)
        if not proven:
            raise _refused(client.token_endpoint_auth_method)
        return client

    def _asserts(self, client: Client, form: Parameters) -> bool:
        if form.get("client_assertion_type") != _ASSERTION_TYPE:
            return False
        now = self._clock.now()
        try:
            keys = KeySet.import_key_set({"keys": client.jwks.get("keys", [])})
            token = jwt.decode(form.get("client_assertion"), keys, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError, TypeError):
            return False
        claims = token.claims
        expiry, jti = claims.get("exp"), claims.get("jti")
        if not isinstance(expiry, int) or not isinstance(jti, str):
            return False
        if not now - _LEEWAY_S < expiry < now + _LONGEST_S:
            return False
        if (claims.get("iss"), claims.get("sub")) != (client.client_id, client.client_id):
            return False
        # As text, not as a list: an assertion for several servers could be replayed by one.
        if claims.get("aud") != self._issuer:
            return False
        self._used = {each: until for each, until in self._used.items() if until > now - _LEEWAY_S}
        if (client.client_id, jti) in self._used:
            return False
        self._used[client.client_id, jti] = expiry
        return True


def _refused(method: str) -> TokenError:
    return TokenError("invalid_client", _EXPECTED[method], 401)


def _basic(header: str) -> tuple[str, str]:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        raise _refused("client_secret_basic")
    try:
        decoded = b64decode(credentials.strip(), validate=True).decode()
        client_id, _, secret = decoded.partition(":")
        # Both parts are form-encoded before they are joined.
        return unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError as error:
        raise _refused("client_secret_basic") from error
