"""A network with its bank, started as its user starts it, and the tokens to call both."""

import base64
import hashlib
import json
import os
import secrets
import selectors
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from benchmarks.machine import child_of, free_port
from easement.platform.http import open_http_client
from easement.sandbox.consumer import HeadlessConsumer

CLIENT_ID = "benchmark"
CLIENT_SECRET = "benchmark-secret"
_CALLBACK = "http://127.0.0.1:3000/callback"
_PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class Network:
    """A running network; `url` and `bank_url` are where it and its bank answer."""

    process: subprocess.Popen[str]
    url: str
    bank_url: str
    data_dir: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def bank_pid(self) -> int:
        return child_of(self.process.pid)

    async def tokens(self, http: aiohttp.ClientSession, user: str) -> dict[str, Any]:
        """A token set of the network for all accounts of `user`."""
        return await _posted(http, f"{self.url}/sandbox/v1/tokens", {"user": user})

    async def bank_access_token(self, http: aiohttp.ClientSession, user: str) -> str:
        """An access token of the bank, got as another of its clients gets it.

        Valid for the bank's 900 seconds, which is longer than a whole run.
        """
        self._register_with_bank()
        verifier = secrets.token_urlsafe(32)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        query = urlencode(
            {
                "client_id": CLIENT_ID,
                "redirect_uri": _CALLBACK,
                "response_type": "code",
                "scope": "openid accounts",
                "state": secrets.token_urlsafe(8),
                "code_challenge": challenge.rstrip(b"=").decode(),
                "code_challenge_method": "S256",
            }
        )
        async with open_http_client() as client:
            consumer = HeadlessConsumer(client, lambda url: url)
            code = await consumer.sign_in(
                f"{self.bank_url}/oauth/authorize?{query}", _CALLBACK, user, user
            )
        if code is None:
            raise RuntimeError(f"expected the bank to let {user} in")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": _CALLBACK,
            "code_verifier": verifier,
        }
        answer = await _posted(http, f"{self.bank_url}/oauth/token", form)
        return str(answer["access_token"])

    def _register_with_bank(self) -> None:
        """The bank reads its list of clients again when the file changes."""
        path = next(self.data_dir.glob("*/clients.json"))
        clients = [one for one in json.loads(path.read_text()) if one["client_id"] != CLIENT_ID]
        ours = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "name": "Benchmark",
            "redirect_uris": [_CALLBACK],
        }
        path.write_text(json.dumps([*clients, ours]))

    def stop(self) -> None:
        """In the ordinary way; insisted on if that takes too long."""
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(data_dir: Path) -> tuple[Network, float]:
    """A network that says it is ready, and the seconds from the command to that line."""
    port, bank_port = free_port(), free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("EASEMENT_")
    }
    environment |= {
        "EASEMENT_SANDBOX_CLIENT_ID": CLIENT_ID,
        "EASEMENT_SANDBOX_CLIENT_SECRET": CLIENT_SECRET,
    }
    command = [
        str(Path(sys.executable).with_name("easement")),
        *("serve", "--port", str(port), "--bank-port", str(bank_port)),
        *("--data-dir", str(data_dir)),
    ]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    network = Network(
        process, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bank_port}", data_dir
    )
    try:
        if not _says_ready(process):
            raise RuntimeError("expected the network to get ready; it says why above")
    except BaseException:
        network.stop()
        raise
    return network, time.perf_counter() - began


def _says_ready(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return bool(selector.select(_PATIENCE_S)) and "ready" in process.stdout.readline()


async def _posted(http: aiohttp.ClientSession, url: str, form: dict[str, str]) -> dict[str, Any]:
    credentials = aiohttp.BasicAuth(CLIENT_ID, CLIENT_SECRET)
    async with http.post(url, data=form, auth=credentials) as answer:
        if answer.status != 200:
            raise RuntimeError(f"expected 200 of {url}, not {answer.status}")
        body: dict[str, Any] = await answer.json()
        return body


@asynccontextmanager
async def http_session() -> AsyncIterator[aiohttp.ClientSession]:
    """A client of its own pool, bounded in time."""
    timeout = aiohttp.ClientTimeout(total=_PATIENCE_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield session
