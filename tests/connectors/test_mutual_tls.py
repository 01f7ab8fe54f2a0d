"""A bank that knows its clients by their certificates (RFC 8705), on a real TLS connection."""

import asyncio
import json
import shutil
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from easement.connectors import registry
from easement.connectors.errors import BankUnavailableError, NothingDoneError
from easement.connectors.model import CallContext
from easement.connectors.ports import Connector
from easement.platform.http import open_http_client
from tests.connectors.conftest import FixedClock, answer
from tests.support.certificates import Authority

CALL = CallContext("at1", "id", "user", {})


@dataclass
class TlsBank:
    """Answers any request that came under a client certificate, and notes whose it was."""

    authority: Authority
    url: str = ""
    clients: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.authority.file)
        context.load_cert_chain(*self.authority.issue("bank"))
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            [length] = [
                line.partition(": ")[2]
                for line in [*head.split("\r\n"), "content-length: 0"]
                if line.startswith("content-length")
            ][:1]
            body = await reader.readexactly(int(length))
            shown = writer.get_extra_info("peercert")["subject"]
            self.clients.append(dict(pair for [pair] in shown)["commonName"])
            self.forms.append(dict(parse_qsl(body.decode())))
            said = {"access_token": "at2", "token_type": "bearer", "accounts": []}
            writer.write(answer(200, json.dumps(said).encode()))
            await writer.drain()
        finally:
            writer.close()


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[TlsBank]:
    bank = TlsBank(Authority(tmp_path, "authority"))
    server = await asyncio.start_server(bank.serve, "127.0.0.1", 0, ssl=bank.context())
    async with server:
        bank.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield bank


@pytest.fixture
def connect(bank: TlsBank) -> Callable[..., Any]:
    @asynccontextmanager
    async def opened(**settings: str) -> AsyncIterator[Connector]:
        entry = {
            "issuer": bank.url,
            "authorization_endpoint": bank.url,
            "token_endpoint": bank.url,
            "jwks_uri": bank.url,
            "api_url": bank.url,
            "client_id": "easement",
            "scope": "openid",
            **settings,
        }
        async with open_http_client() as http:
            yield registry.build("fdx_v5", entry, "", http, FixedClock())

    return opened


@pytest.fixture
def certificate(bank: TlsBank) -> dict[str, str]:
    """The settings for a certificate that the bank knows."""
    client, key = bank.authority.issue("network")
    return {
        "token_endpoint_auth_method": "tls_client_auth",
        "client_certificate": str(client),
        "client_certificate_key": str(key),
        "ca_certificates": str(bank.authority.file),
    }


async def test_the_certificate_is_shown_to_the_token_endpoint_and_the_data_api(
    bank: TlsBank, connect: Any, certificate: dict[str, str]
) -> None:
    async with connect(**certificate) as connector:
        assert (await connector.refresh("rt1")).access_token == "at2"
        assert await connector.account_choices(CALL) == []
    assert bank.clients == ["network", "network"]
    assert bank.forms[0] == {
        "grant_type": "refresh_token",
        "refresh_token": "rt1",
        "client_id": "easement",
    }


async def test_a_renewed_certificate_is_taken_up_while_the_network_runs(
    bank: TlsBank, connect: Any, certificate: dict[str, str]
) -> None:
    async with connect(**certificate) as connector:
        await connector.refresh("rt1")
        renewed = bank.authority.issue("renewed")
        for new, name in zip(
            renewed, ("client_certificate", "client_certificate_key"), strict=True
        ):
            shutil.move(new, certificate[name])
        await connector.refresh("rt1")
    assert bank.clients == ["network", "renewed"]


async def test_nothing_reaches_a_bank_that_the_network_does_not_trust(
    bank: TlsBank, connect: Any, certificate: dict[str, str]
) -> None:
    del certificate["ca_certificates"]
    async with connect(**certificate) as connector:
        with pytest.raises(NothingDoneError):
            await connector.refresh("rt1")
    assert bank.forms == []


async def test_a_certificate_that_the_bank_does_not_know_opens_nothing(
    bank: TlsBank, connect: Any, certificate: dict[str, str], tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger").issue("network")
    for file, name in zip(stranger, ("client_certificate", "client_certificate_key"), strict=True):
        certificate[name] = str(file)
    async with connect(**certificate) as connector:
        with pytest.raises(BankUnavailableError):
            await connector.refresh("rt1")
    assert bank.forms == []


async def test_a_missing_file_is_told_to_the_operator_and_stops_every_call(
    bank: TlsBank, connect: Any, certificate: dict[str, str]
) -> None:
    certificate["client_certificate"] += ".gone"
    async with connect(**certificate) as connector:
        with pytest.raises(NothingDoneError):
            await connector.refresh("rt1")
        findings = {each.subject: each.fault for each in await connector.check()}
    assert "network.crt.gone" in (findings["certificates"] or "")
    assert bank.forms == []
