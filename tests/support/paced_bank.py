"""A bank whose file has no end in sight and comes as fast as the test lets it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LENGTH = 1_000_000_000
_TYPE = b"HTTP/1.1 200 X\r\nContent-Type: application/pdf\r\n"
WITH_LENGTH = _TYPE + b"Content-Length: %d\r\n\r\n" % LENGTH
IN_CHUNKS = _TYPE + b"Transfer-Encoding: chunked\r\n\r\n"


class PacedBank:
    """Answers every request with `head` and then `piece` again and again while `go_on` is set.

    With `one_by_one` it waits after each piece until it is set again. `written` counts what the
    network has let it write; `hangs_up_after` as many pieces it breaks off, after the `end` of the
    file if there is one; `gone` is set when it is left.
    """

    def __init__(self) -> None:
        self.url = ""
        self.head = WITH_LENGTH
        self.piece = b"x" * 65_536
        self.one_by_one = False
        self.hangs_up_after: int | None = None
        self.end = b""
        self.written = 0
        self.go_on = asyncio.Event()
        self.gone = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        try:
            await reader.readuntil(b"\r\n\r\n")
            leaving = asyncio.create_task(reader.read())
            leaving.add_done_callback(lambda _: self.gone.set())
            writing = asyncio.create_task(self._write(writer))
            await asyncio.wait({leaving, writing}, return_when=asyncio.FIRST_COMPLETED)
            for task in (leaving, writing):
                task.cancel()
            await asyncio.gather(leaving, writing, return_exceptions=True)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _write(self, writer: asyncio.StreamWriter) -> None:
        writer.write(self.head)
        pieces = 0
        while self.hangs_up_after is None or pieces < self.hangs_up_after:
            await self.go_on.wait()
            if self.one_by_one:
                self.go_on.clear()
            chunk = b"%x\r\n%b\r\n" % (len(self.piece), self.piece)
            writer.write(chunk if self.head == IN_CHUNKS else self.piece)
            await writer.drain()
            self.written += len(self.piece)
            pieces += 1
        writer.write(self.end)


@asynccontextmanager
async def paced_bank() -> AsyncIterator[PacedBank]:
    """One that serves on loopback as long as the block."""
    bank = PacedBank()
    server = await asyncio.start_server(bank.serve, "127.0.0.1", 0)
    async with server:
        bank.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield bank
