"""A bank on loopback that answers exactly the bytes it was told to."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from easement.connectors import registry
from easement.connectors.ports import Connector
from easement.platform.http import open_http_client

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HANG, RESET = b"hang", b"reset"


class FixedClock:
    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True)
class Received:
    method: str
    target: str
    headers: dict[str, str]
    form: dict[str, str]


def answer(
    status: int,
    body: Any = b"",
    content_type: str = "application/json",
    *,
    headers: dict[str, str] | None = None,
    length: int | None = None,
) -> bytes:
    """An HTTP answer; `body` is bytes or a JSON value; `length` may lie."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", "Connection: close"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines.append(f"Content-Length: {len(data) if length is None else length}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


@dataclass
class FakeBank:
    """Answers each path with the next of its scripts, the last one again and again."""

    url: str = ""
    scripts: dict[str, list[bytes]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: new_key("k1"))
    server: asyncio.Server | None = None

    def on(self, path: str, *answers: bytes) -> None:
        self.scripts[path] = list(answers)

    def to(self, path: str) -> list[Received]:
        return [r for r in self.received if r.target.partition("?")[0] == path]

    def publish(self, *keys: RSAKey) -> None:
        published = [{**key.as_dict(private=False), "use": "sig"} for key in keys]
        self.on("/jwks", answer(200, {"keys": published}))

    def claims(self, **changes: Any) -> dict[str, Any]:
        claims = {
            "iss": self.url,
            "sub": "mikomo_1",
            "aud": "easement",
            "nonce": "n1",
            "iat": int(NOW.timestamp()),
            "exp": int(NOW.timestamp()) + 300,
            "name": "Mikomo One",
            "email": "one@example.com",
        } | changes
        return {name: value for name, value in claims.items() if value is not None}

    def id_token(self, key: RSAKey | None = None, **changes: Any) -> str:
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, self.claims(**changes), key)

    def tokens(self, id_token: str | None = None, **changes: Any) -> bytes:
        body = {
            "access_token": "at1",
            "token_type": "Bearer",
            "expires_in": 900,
            "refresh_token": "rt1",
            "id_token": id_token or self.id_token(),
        } | changes
        return answer(200, {name: value for name, value in body.items() if value is not None})

    async def close(self) -> None:
        """Nobody listens any more."""
        assert self.server is not None
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            request, *lines = head.strip().split("\r\n")
            method, target, _ = request.split(" ")
            pairs = (line.split(": ", 1) for line in lines)
            headers = {name.lower(): value for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.received.append(Received(method, target, headers, dict(parse_qsl(body.decode()))))
            script = self.scripts[target.partition("?")[0]]
            data = script.pop(0) if len(script) > 1 else script[0]
            if data == HANG:
                await reader.read()  # until the client goes away
            elif data == RESET:
                # Closing a socket that must not linger sends RST.
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, linger
                )
            else:
                writer.write(data)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # a client that has read enough hangs up
        finally:
            writer.close()


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid}, private=True)


@pytest.fixture
async def bank() -> AsyncIterator[FakeBank]:
    bank = FakeBank()
    server = await asyncio.start_server(bank.serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        bank.url = f"http://127.0.0.1:{port}"
        bank.server = server
        bank.publish(bank.key)
        yield bank


@pytest.fixture
def settings(bank: FakeBank) -> dict[str, str]:
    return {
        "issuer": bank.url,
        "authorization_endpoint": "https://bank.example/authorize?theme=dark",
        "token_endpoint": bank.url + "/token",
        "jwks_uri": bank.url + "/jwks",
        "revocation_endpoint": bank.url + "/revoke",
        "api_url": bank.url + "/fdx/v5/",
        "client_id": "easement",
        "scope": "openid offline_access accounts",
    }


@pytest.fixture
async def connector(settings: dict[str, str]) -> AsyncIterator[Connector]:
    async with open_http_client() as http:
        yield registry.build("fdx_v5", settings, "s:ecret/ü", http, FixedClock())


@pytest.fixture
def make_answer() -> Callable[..., bytes]:
    """See `answer`."""
    return answer


@pytest.fixture
def make_key() -> Callable[[str], RSAKey]:
    """See `new_key`."""
    return new_key
