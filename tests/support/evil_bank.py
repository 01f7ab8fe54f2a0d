"""A bank gone wrong: it stands before the sandbox bank and spoils what goes through it."""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from tests.support.certificate import self_signed
from tests.support.process import LOOPBACK, eventually

PDF = "application/pdf"


@dataclass(frozen=True)
class Received:
    """A request that came in; header names are lower case."""

    method: str
    target: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Wire:
    """One connection: the request on it, and the way back. `ask` is what the real bank answers."""

    request: Received
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ask: Callable[[], Awaitable[bytes]]


Deed: TypeAlias = Callable[[Wire], Awaitable[None]]
Part: TypeAlias = Literal["data", "files", "tokens"]


def say(data: bytes) -> Deed:
    """Write exactly these bytes and hang up."""

    async def do(wire: Wire) -> None:
        wire.writer.write(data)
        await wire.writer.drain()

    return do


def hang(before: bytes = b"") -> Deed:
    """Say no more after `before`, and wait until the other side gives up."""

    async def do(wire: Wire) -> None:
        wire.writer.write(before)
        await wire.reader.read()

    return do


def reset(before: bytes = b"") -> Deed:
    """Tear the connection down: a socket that must not linger sends RST."""

    async def do(wire: Wire) -> None:
        wire.writer.write(before)
        await wire.writer.drain()
        linger = struct.pack("ii", 1, 0)
        sock: socket.socket = wire.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    return do


def repeat(head: bytes, piece: bytes, times: int, pause_s: float = 0) -> Deed:
    """Write `head`, then `piece` as often as said."""

    async def do(wire: Wire) -> None:
        wire.writer.write(head)
        for _ in range(times):
            wire.writer.write(piece)
            await wire.writer.drain()
            if pause_s:
                await asyncio.sleep(pause_s)

    return do


def alter(change: Callable[[bytes], bytes], status: int = 200) -> Deed:
    """Let the real bank answer, and change the body of its answer."""

    async def do(wire: Wire) -> None:
        body = change((await wire.ask()).partition(b"\r\n\r\n")[2])
        head = (
            f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        wire.writer.write(head.encode() + body)
        await wire.writer.drain()

    return do


@dataclass
class EvilBank:
    """Passes requests on to the bank at `port`, but for those that somebody spoils.

    `url` is where it listens, `tls_url` where it does so with a certificate that nobody trusts.
    """

    port: int
    url: str = ""
    tls_url: str = ""
    received: list[Received] = field(default_factory=list)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _spoilt: dict[Part, Deed] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self, directory: Path) -> None:
        """Start, and wait until it listens."""
        certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.load_cert_chain(self_signed(directory))
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=[self._run(certificate)], daemon=True
        )
        self._thread.start()
        eventually("the evil bank to listen", lambda: self.tls_url)

    def stop(self) -> None:
        """Stop, and let go of every connection."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)
        self._loop.close()

    def spoil(self, deed: Deed, part: Part = "data") -> None:
        """Answer by `deed` from now on: calls for data, or for PDF files, or for tokens. All other
        parts are well."""
        self._spoilt = {part: deed}

    def heal(self) -> None:
        """Pass everything on again, and let go of whoever is kept waiting."""
        self._spoilt = {}
        self._loop.call_soon_threadsafe(self._let_go)

    @property
    def open_connections(self) -> int:
        """How many connections somebody holds."""
        return len(self._writers)

    @property
    def access_tokens(self) -> set[str]:
        """All that came in."""
        sent = (each.headers.get("authorization", "") for each in self.received)
        return {each.removeprefix("Bearer ") for each in sent if each.startswith("Bearer ")}

    def count(self, path: str) -> int:
        """How many requests came to a path."""
        return sum(each.target.partition("?")[0] == path for each in self.received)

    def _let_go(self) -> None:
        for writer in self._writers:
            writer.close()

    async def _run(self, certificate: ssl.SSLContext) -> None:
        plain = await asyncio.start_server(self._serve, LOOPBACK, 0)
        tls = await asyncio.start_server(self._serve, LOOPBACK, 0, ssl=certificate)
        async with plain, tls:
            self.url = f"http://{LOOPBACK}:{plain.sockets[0].getsockname()[1]}"
            self.tls_url = f"https://{LOOPBACK}:{tls.sockets[0].getsockname()[1]}"
            await self._stop.wait()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for each in connections:
            each.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            request = _request(head)
            body = await reader.readexactly(int(request.headers.get("content-length", 0)))
            self.received.append(request)
            deed = self._spoilt.get(_part(request))

            async def ask() -> bytes:
                return await self._ask(head, body)

            await (deed or _pass_on)(Wire(request, reader, writer, ask))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # who has heard enough hangs up
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _ask(self, head: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(LOOPBACK, self.port)
        try:
            line, _, rest = head.partition(b"\r\n")
            writer.write(line + b"\r\nConnection: close\r\n" + rest + body)
            return await reader.read()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def _pass_on(wire: Wire) -> None:
    wire.writer.write(await wire.ask())
    await wire.writer.drain()


def _part(request: Received) -> Part:
    if not request.target.startswith("/fdx/"):
        return "tokens"
    return "files" if request.headers.get("accept") == PDF else "data"


def _request(head: bytes) -> Received:
    line, *lines = head.decode("latin-1").strip().split("\r\n")
    method, target, _ = line.split(" ")
    pairs = (each.split(": ", 1) for each in lines)
    return Received(method, target, {name.lower(): value for name, value in pairs})
