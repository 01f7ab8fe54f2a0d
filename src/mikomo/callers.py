"""Whose call is it? Answered ahead of the endpoints, for what watches or breaks calls by user.

It opens nothing: the endpoints check the same token or code themselves and decide.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mikomo.store.codes import CodeStore
from mikomo.store.connections import Connection, ConnectionStore
from mikomo.web.forms import MAX_BODY_BYTES, BadParametersError, parse

DATA_PREFIX = "/fdx/"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path

_STATE = "mikomo.username"


def username_of(scope: Scope) -> str | None:
    """The user whose data or connection the call is about, once `Identified` has seen it."""
    username: str | None = scope.get(_STATE)
    return username


class Identified:
    """ASGI middleware: notes whose call it is before it passes it on."""

    def __init__(self, app: ASGIApp, connections: ConnectionStore, codes: CodeStore) -> None:
        self._app = app
        self._connections = connections
        self._codes = codes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, with the user noted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        username = None
        if scope["path"].startswith(DATA_PREFIX):
            username = self._of_access_token(Headers(scope=scope).get("authorization", ""))
        elif scope["path"] == TOKEN_PATH:
            body, receive = await _read_ahead(receive)
            username = self._of_grant(body)
        await self._app({**scope, _STATE: username}, receive, send)

    def _of_access_token(self, authorization: str) -> str | None:
        token = authorization.partition(" ")[2].strip()
        return _username(self._connections.of_access_token(token)) if token else None

    def _of_grant(self, body: bytes) -> str | None:
        try:
            form = parse(body)
        except BadParametersError:
            return None
        if form.get("code"):
            code = self._codes.find(form.get("code"))
            return None if code is None else code.username
        return _username(self._connections.of_refresh_token(form.get("refresh_token")))


def _username(connection: Connection | None) -> str | None:
    return None if connection is None else connection.username


async def _read_ahead(receive: Receive) -> tuple[bytes, Receive]:
    """What was sent, as far as an endpoint would read it, and a `receive` that tells it again."""
    told: list[Message] = []
    size = 0
    while size <= MAX_BODY_BYTES:
        message = await receive()
        told.append(message)
        size += len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    untold = iter(told)

    async def again() -> Message:
        for message in untold:
            return message
        return await receive()

    return b"".join(message.get("body", b"") for message in told), again
