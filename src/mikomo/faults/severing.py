"""Ending a connection in the middle of a call.

ASGI has no word for it, so the server offers an extension of our own in each scope.
"""

import socket
import struct
from collections.abc import Callable
from typing import Any

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_EXTENSION = "mikomo.connection"
# On, for zero seconds: the system sends a reset instead of an orderly end (socket(7)).
_NO_LINGER = struct.pack("ii", 1, 0)


class SeverableHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol, whose connection an application may end."""

    def on_message_begin(self) -> None:
        """Add the extension to the scope of the call that begins."""
        super().on_message_begin()
        self.scope["extensions"] = {
            _EXTENSION: {"close": self.transport.close, "reset": self._reset}
        }

    def _reset(self) -> None:
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER
        )
        self.transport.abort()


async def close(scope: Scope, receive: Receive) -> None:
    """End the connection once everything written has left."""
    await _end("close", scope, receive)


async def reset(scope: Scope, receive: Receive) -> None:
    """End the connection at once; what was written may not arrive."""
    await _end("reset", scope, receive)


async def _end(how: str, scope: Scope, receive: Receive) -> None:
    offered: dict[str, Callable[[], Any]] = scope["extensions"][_EXTENSION]
    offered[how]()
    # The server takes an application that returns before the end has come for a broken one.
    while (await receive())["type"] != "http.disconnect":
        pass
