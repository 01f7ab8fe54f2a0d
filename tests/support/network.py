"""The network in a thread with an event loop of its own, and the time in the test's hands."""

import asyncio
import socket
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn

from easement.main.network import open_network
from easement.main.sandbox_credentials import AppCredentials, SandboxSecrets, ServicePair
from easement.main.serve import make_server, run
from easement.main.settings import Settings
from easement.platform.clock import MovableClock
from tests.support.bank import CLIENT_SECRET, CONTROL_TOKEN, Bank
from tests.support.databases import rows
from tests.support.process import LOOPBACK, eventually

HTTPS_CALLBACK = "https://app.example.test/callback"
CALLBACK_WITH_QUERY = "https://app.example.test/callback?tenant=7&tenant=8"
LOOPBACK_CALLBACK = "http://localhost:3000/callback"
PRIVATE_USE_CALLBACK = "com.example.app:/callback"
REDIRECT_URIS = [HTTPS_CALLBACK, CALLBACK_WITH_QUERY, LOOPBACK_CALLBACK, PRIVATE_USE_CALLBACK]

_STOP_PATIENCE_S = 30


class RunningNetwork:
    """A network with its settings and secrets; `url` is where programs reach it."""

    def __init__(
        self,
        bank: Bank,
        data_dir: Path,
        database: str | None,
        public: str | None = None,
        redirect_uris: Sequence[str] = REDIRECT_URIS,
        **settings: Any,
    ) -> None:
        self._listener = socket.create_server((LOOPBACK, 0), backlog=2048)
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.bank = bank
        self.clock = MovableClock()
        self.settings = Settings(
            port=self._listener.getsockname()[1],
            bank_port=bank.port,
            data_dir=data_dir,
            public=public,
            database=database,
            **settings,
        )
        self.url = self.settings.network_api_url
        self.issuer = self.settings.public_url
        self.secrets = SandboxSecrets(
            sandbox=AppCredentials("sandbox-app", "sandbox-app-secret", list(redirect_uris)),
            demo=AppCredentials("demo-app", "demo-app-secret", [f"{self.issuer}/demo/callback"]),
            bank_client_secret=CLIENT_SECRET,
            control_token="control-token-of-the-network",
            bank_control_token=CONTROL_TOKEN,
            service=ServicePair("service-client", "service-client-secret"),
            provider=ServicePair("provider-client", "provider-client-secret"),
        )
        bank.register(f"{self.issuer}/callback/mikomo")
        self._server: uvicorn.Server | None = None
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)

    def start(self) -> None:
        """Start, and wait until it takes requests."""
        self._thread.start()

        def ready() -> bool:
            assert self._thread.is_alive(), f"the network did not start: {self._fault!r}"
            return self._server is not None and self._server.started

        eventually("the network to get ready", ready)

    def stop(self) -> None:
        """Stop in the ordinary way; a fault that ended it early is raised."""
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join(_STOP_PATIENCE_S)
        assert not self._thread.is_alive(), "the network does not stop"
        self._listener.close()
        if self._fault is not None:
            raise self._fault

    def tasks(self) -> int:
        """How many things go on in the network at the moment."""
        assert self._server is not None
        return len(asyncio.all_tasks(self._server.servers[0].get_loop()))

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What stands in the network's database."""
        return rows(self.settings.database_url, query)

    def reach(self, url: str) -> str:
        """A public URL of this network turned into one that answers on this machine."""
        if url == self.issuer or url.startswith((f"{self.issuer}/", f"{self.issuer}?")):
            return self.url + url.removeprefix(self.issuer)
        return url

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as fault:
            self._fault = fault

    async def _serve(self) -> None:
        async with open_network(self.settings, self.secrets, self.clock) as network:
            self._server = make_server(network, self._listener)
            await run(network, self._server, self._listener)


class Calendar:
    """Moves a network's clock, and back to today at the end of the test."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self._moved = timedelta()

    def pass_time(self, **by: float) -> None:
        """Let time pass, such as ``pass_time(minutes=5)``."""
        self._clock.advance(timedelta(**by))
        self._moved += timedelta(**by)

    def go_back(self) -> None:
        """Return to the machine's time."""
        self._clock.advance(-self._moved)
        self._moved = timedelta()
