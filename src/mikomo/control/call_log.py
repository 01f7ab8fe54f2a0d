"""The last calls of the data and OAuth endpoints, in memory only."""

from collections import deque
from collections.abc import Callable
from itertools import islice
from urllib.parse import parse_qsl

import msgspec
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mikomo.callers import DATA_PREFIX, username_of
from mikomo.clock import Clock
from mikomo.control.bodies import moment

CAPACITY = 500
_WATCHED = (DATA_PREFIX, "/oauth/")
_KEPT_OF_A_BODY = 64 * 1024


class Call(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One call and how it ended; `status` is None where the connection ended first."""

    at: str
    method: str
    path: str
    duration_ms: int
    username: str | None
    status: int | None
    code: int | str | None
    """The FDX code or the OAuth error of a refusal."""
    interaction_id: str | None
    request_body: str | None = None
    response_body: str | None = None


class CallLog:
    """A ring of the last 500 calls. Bodies are kept only while `bodies` is on."""

    def __init__(self) -> None:
        self.bodies = False
        self._ring: deque[Call] = deque(maxlen=CAPACITY)

    def add(self, call: Call) -> None:
        """Remember a call; the oldest of 500 is forgotten for it."""
        self._ring.appendleft(call)

    def newest(self, limit: int) -> list[Call]:
        """The last calls, the newest first."""
        return list(islice(self._ring, limit))

    def clear(self) -> None:
        """Forget the calls, and keep no bodies of those to come."""
        self.bodies = False
        self._ring.clear()


class _Error(msgspec.Struct, frozen=True):
    code: int | str | None = None
    error: str | None = None


class Recorded:
    """ASGI middleware: writes each call of the data and OAuth endpoints into the log."""

    def __init__(
        self, app: ASGIApp, log: CallLog, clock: Clock, stopwatch: Callable[[], float]
    ) -> None:
        self._app = app
        self._log = log
        self._clock = clock
        self._stopwatch = stopwatch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and note how it ended."""
        if scope["type"] != "http" or not scope["path"].startswith(_WATCHED):
            await self._app(scope, receive, send)
            return
        # Codes, tokens and passwords pass through the OAuth endpoints: nothing of them is kept.
        bodies = self._log.bodies and scope["path"].startswith(DATA_PREFIX)
        at, started = self._clock.now(), self._stopwatch()
        asked, answered = bytearray(), bytearray()
        start: Message = {"status": None, "headers": []}

        async def listen() -> Message:
            message = await receive()
            if bodies:
                asked.extend(message.get("body", b""))
            return message

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif len(answered) < _KEPT_OF_A_BODY and (bodies or start["status"] >= 400):
                answered.extend(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, listen, watch)
        finally:
            headers = Headers(raw=list(start["headers"]))
            self._log.add(
                Call(
                    at=moment(at),
                    method=scope["method"],
                    path=_path(scope, values=bodies),
                    duration_ms=round((self._stopwatch() - started) * 1000),
                    username=username_of(scope),
                    status=start["status"],
                    code=_code(start["status"], bytes(answered)),
                    interaction_id=headers.get("x-fapi-interaction-id"),
                    request_body=_text(bytes(asked), "") if bodies else None,
                    response_body=(
                        _text(bytes(answered), headers.get("content-type", "")) if bodies else None
                    ),
                )
            )


def _path(scope: Scope, *, values: bool) -> str:
    """As sent; of the query only the names, unless bodies are kept too."""
    path = scope["raw_path"].decode("ascii", "replace")
    query = scope["query_string"].decode("ascii", "replace")
    if not query:
        return str(path)
    if not values:
        query = "&".join(name for name, _ in parse_qsl(query, keep_blank_values=True))
    return f"{path}?{query}"


def _code(status: int | None, body: bytes) -> int | str | None:
    if status is None or status < 400:
        return None
    try:
        error = msgspec.json.decode(body, type=_Error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return error.error if error.code is None else error.code


def _text(body: bytes, media_type: str) -> str:
    if media_type.startswith(("image/", "application/pdf")):
        return f"({media_type})"
    return body[:_KEPT_OF_A_BODY].decode(errors="replace")
