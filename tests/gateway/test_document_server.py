"""Documents through a real server and a real client of the bank, over sockets."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import uvicorn

from easement.connectors import registry
from easement.gateway.app import GatewayApp
from easement.platform.clock import SystemClock
from easement.platform.http import open_http_client
from easement.products.model import Product
from tests.support.paced_bank import IN_CHUNKS, WITH_LENGTH, PacedBank, paced_bank

REQUEST = (
    b"GET /statements/v2/mikomo/a1/s1 HTTP/1.1\r\n"
    b"Host: network\r\nAuthorization: Bearer good\r\n\r\n"
)
MEGABYTE = 1024 * 1024
PATIENCE_S = 60


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture
async def bank() -> AsyncIterator[PacedBank]:
    async with paced_bank() as bank:
        yield bank


@pytest.fixture
def bank_pause_s() -> float:
    return 30.0


@pytest.fixture
async def port(
    world: Any, bank: PacedBank, bank_pause_s: float, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[int]:
    """The gateway on a port of its own; its bank is `bank`."""
    # The server says at which answers it broke off; here that is what is wanted.
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "disabled", True)
    world.allow(Product.STATEMENTS)
    names = "issuer authorization_endpoint token_endpoint jwks_uri api_url"
    settings = dict.fromkeys(names.split(), bank.url) | {"client_id": "c", "scope": "openid"}
    async with open_http_client() as http:
        connector = registry.build(
            "fdx_v5", settings, "s", http, SystemClock(), data_timeout_s=bank_pause_s
        )
        world.connector.statements = connector.statements
        listener = socket.create_server(("127.0.0.1", 0))
        app = GatewayApp(world.handed, world.clock)
        server = Server(
            uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
        )
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving
            listener.close()


@contextlib.asynccontextmanager
async def calling(port: int, **options: Any) -> AsyncIterator[asyncio.StreamReader]:
    """The answer to one call of a statement's file; the app hangs up at the end of the block."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, **options)
    try:
        writer.write(REQUEST)
        yield reader
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def head(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE_S):
        return (await reader.readuntil(b"\r\n\r\n")).lower()


async def test_a_large_file_passes_whole(port: int, bank: PacedBank) -> None:
    bank.hangs_up_after = 480
    bank.head = WITH_LENGTH.replace(b"1000000000", b"%d" % (30 * MEGABYTE))
    bank.go_on.set()
    async with calling(port) as reader, asyncio.timeout(PATIENCE_S):
        answer = await head(reader)
        assert answer.startswith(b"http/1.1 200")
        assert b"content-type: application/pdf\r\n" in answer
        assert b"content-length: %d\r\n" % (30 * MEGABYTE) in answer
        assert await reader.readexactly(30 * MEGABYTE) == b"x" * (30 * MEGABYTE)


async def test_a_file_of_unknown_length_passes_in_chunks_to_its_end(
    port: int, bank: PacedBank
) -> None:
    bank.head, bank.hangs_up_after, bank.end = IN_CHUNKS, 16, b"0\r\n\r\n"
    bank.go_on.set()
    size = 0
    async with calling(port) as reader, asyncio.timeout(PATIENCE_S):
        assert b"transfer-encoding: chunked\r\n" in await head(reader)
        while length := int(await reader.readline(), 16):
            assert await reader.readexactly(length + 2) == b"x" * length + b"\r\n"
            size += length
    assert size == MEGABYTE


@pytest.mark.parametrize("start", [WITH_LENGTH, IN_CHUNKS], ids=["length", "chunks"])
async def test_a_bank_that_breaks_off_breaks_the_apps_connection(
    port: int, bank: PacedBank, start: bytes
) -> None:
    bank.head, bank.hangs_up_after = start, 3
    bank.go_on.set()
    async with calling(port) as reader:
        assert (await head(reader)).startswith(b"http/1.1 200")
        async with asyncio.timeout(PATIENCE_S):
            body = await reader.read()
    assert len(body) < MEGABYTE
    assert not body.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("bank_pause_s", [0.5])
async def test_a_bank_that_pauses_too_long_breaks_the_apps_connection(
    port: int, world: Any, bank: PacedBank
) -> None:
    bank.one_by_one = True
    async with calling(port) as reader:
        assert (await head(reader)).startswith(b"http/1.1 200")
        async with asyncio.timeout(PATIENCE_S):
            assert len(await reader.read()) < MEGABYTE
            await bank.gone.wait()


async def test_an_app_that_hangs_up_ends_the_call_to_the_bank(port: int, bank: PacedBank) -> None:
    bank.one_by_one = True
    bank.go_on.set()
    async with calling(port) as reader:
        await head(reader)
        assert not bank.gone.is_set()
    async with asyncio.timeout(PATIENCE_S):
        await bank.gone.wait()


async def test_an_app_that_does_not_read_makes_the_bank_wait(port: int, bank: PacedBank) -> None:
    bank.go_on.set()
    # A reader that stops reading from the socket after 64 KB, and a socket that holds little.
    quiet = socket.socket()
    quiet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    quiet.setblocking(False)
    await asyncio.get_running_loop().sock_connect(quiet, ("127.0.0.1", port))
    async with calling_with(quiet) as reader:
        await head(reader)
        written, unchanged = -1, 0
        while unchanged < 20:
            unchanged = unchanged + 1 if bank.written == written else 0
            written = bank.written
            # Without an end to what is read ahead, this would go on to the file's end.
            assert written < 64 * MEGABYTE
            await asyncio.sleep(0.02)
        assert not bank.gone.is_set()


@contextlib.asynccontextmanager
async def calling_with(connected: socket.socket) -> AsyncIterator[asyncio.StreamReader]:
    reader, writer = await asyncio.open_connection(sock=connected)
    try:
        writer.write(REQUEST)
        yield reader
    finally:
        writer.transport.abort()


async def test_after_a_whole_file_the_connection_serves_the_next_call(
    port: int, bank: PacedBank
) -> None:
    bank.head, bank.hangs_up_after = WITH_LENGTH.replace(b"1000000000", b"65536"), 1
    bank.go_on.set()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for _ in range(2):
            writer.write(REQUEST)
            assert (await head(reader)).startswith(b"http/1.1 200")
            async with asyncio.timeout(PATIENCE_S):
                assert len(await reader.readexactly(65_536)) == 65_536
    finally:
        writer.close()
