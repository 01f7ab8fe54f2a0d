"""A document on its way from the bank to the app: one piece at a time, as fast as the app reads.

Nothing is read ahead: the next piece is asked of the bank when the server has taken the last one,
so that a slow app slows the bank and memory stays small whatever a file's size. A file that breaks
off ends the connection without the end of an HTTP message (RFC 9112 8), never as a shorter file.
"""

import asyncio

from easement.connectors.errors import BankError, BankTimeoutError
from easement.connectors.model import Document
from easement.fdx import codes
from easement.fdx.codes import ErrorCode
from easement.gateway.answer import NO_STORE, Answer, Receive, Send

# An app that takes nothing for so long holds a connection to the bank for nothing.
_APP_PAUSE_S = 60.0


async def send_document(
    receive: Receive,
    send: Send,
    answer: Answer,
    document: Document,
    app_pause_s: float = _APP_PAUSE_S,
) -> ErrorCode | None:
    """Pass the document on and close it; returns what cut it short, None if nothing did.

    An app that hangs up is no fault: then there is nobody left to tell. Returning with the message
    unfinished is how the server is told to break the connection.
    """
    headers = [NO_STORE, *((n.encode(), v.encode()) for n, v in answer.headers.items())]
    passing = asyncio.create_task(_pass_on(send, document, answer.status, headers, app_pause_s))
    hanging_up = asyncio.create_task(_hung_up(receive))
    try:
        await asyncio.wait({passing, hanging_up}, return_when=asyncio.FIRST_COMPLETED)
        return passing.result() if passing.done() else None
    finally:
        passing.cancel()
        hanging_up.cancel()
        await asyncio.gather(passing, hanging_up, return_exceptions=True)
        document.close()


async def _pass_on(
    send: Send,
    document: Document,
    status: int,
    headers: list[tuple[bytes, bytes]],
    app_pause_s: float,
) -> ErrorCode | None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    while True:
        try:
            piece = await document.read()
        except BankTimeoutError:
            return codes.TIMED_OUT
        except BankError:
            return codes.SUBSYSTEM_UNAVAILABLE
        try:
            async with asyncio.timeout(app_pause_s):
                await send({"type": "http.response.body", "body": piece, "more_body": bool(piece)})
        except TimeoutError:
            return codes.TIMED_OUT
        if not piece:
            return None


async def _hung_up(receive: Receive) -> None:
    """Return when the app has gone; a body it sent is passed over."""
    while (await receive())["type"] != "http.disconnect":
        pass
