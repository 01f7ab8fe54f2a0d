"""A bank shows that it is who it says, before it is told anything."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from easement.platform.http import ConnectFailedError, open_http_client
from tests.support.certificate import self_signed


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1, and its key."""
    return self_signed(tmp_path)


@pytest.fixture
async def port(certificate: Path) -> AsyncIterator[int]:
    """Where a server shows it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the certificate's issuer were known to the machine."""
    context = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", context)


async def test_a_certificate_that_nobody_vouches_for_is_refused(port: int) -> None:
    async with open_http_client() as http:
        with pytest.raises(ConnectFailedError):
            await http.send("GET", f"https://127.0.0.1:{port}/")


@pytest.mark.usefixtures("trusted")
async def test_a_certificate_is_good_for_its_own_name_only(port: int) -> None:
    async with open_http_client() as http:
        assert (await http.send("GET", f"https://127.0.0.1:{port}/")).body == b"hi"
        with pytest.raises(ConnectFailedError):
            await http.send("GET", f"https://localhost:{port}/")
