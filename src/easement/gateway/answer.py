"""A complete answer, and how it goes out."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from easement.connectors.model import Document

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_JSON = (b"content-type", b"application/json; charset=utf-8")
# Account data belongs to no cache on the way (RFC 9111 5.2.2.5).
NO_STORE = (b"cache-control", b"no-store")


@dataclass(frozen=True, slots=True)
class Answer:
    """HTTP `status`, JSON `body`, and the error's `code` where it is one; or, in place of a body,
    a `document` that `stream.send_document` passes on while it comes."""

    status: int
    body: bytes = b""
    code: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    document: Document | None = None


async def send_answer(send: Send, answer: Answer) -> None:
    """Write the answer to the ASGI server."""
    headers = [_JSON, NO_STORE, (b"content-length", b"%d" % len(answer.body))]
    headers += [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
