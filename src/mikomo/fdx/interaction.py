"""x-fapi-interaction-id: the caller's own id comes back, so that both sides' logs can be joined."""

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADER = "x-fapi-interaction-id"
# Anything else is replaced: an id that is echoed must not carry headers or markup along.
_ACCEPTED = re.compile(r"[A-Za-z0-9._:=-]{1,128}")


class InteractionId:
    """ASGI middleware: echoes the id on every answer, or makes one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the header to its answer."""
        sent = Headers(scope=scope).get(_HEADER, "")
        interaction_id = sent if _ACCEPTED.fullmatch(sent) else str(uuid.uuid4())

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[_HEADER] = interaction_id
            await send(message)

        await self._app(scope, receive, complete)
