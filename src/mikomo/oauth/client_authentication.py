"""Which network is calling: client_secret_basic (RFC 6749, section 2.3.1)."""

from base64 import b64decode
from urllib.parse import unquote_plus

from starlette.requests import Request

from mikomo.clients import Client, ClientDirectory
from mikomo.oauth.errors import TokenError

_EXPECTED = "expected HTTP Basic with the client's id and secret"


def authenticated_client(request: Request, clients: ClientDirectory) -> Client:
    """The calling client; TokenError invalid_client (401) when it is not who it says."""
    client_id, secret = _basic(request.headers.get("authorization", ""))
    client = clients.get(client_id)
    if client is None or not client.has_secret(secret):
        raise TokenError("invalid_client", _EXPECTED, 401)
    return client


def _basic(header: str) -> tuple[str, str]:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        raise TokenError("invalid_client", _EXPECTED, 401)
    try:
        decoded = b64decode(credentials.strip(), validate=True).decode()
        client_id, _, secret = decoded.partition(":")
        # Both parts are form-encoded before they are joined.
        return unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError as error:
        raise TokenError("invalid_client", _EXPECTED, 401) from error
