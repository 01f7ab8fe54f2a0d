"""Runs the network and its bank until told to stop."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn

from easement.main.bank import BankProcess
from easement.main.network import Network, open_network
from easement.main.sandbox_credentials import SandboxSecrets
from easement.main.settings import Settings
from easement.platform.clock import MovableClock
from easement.platform.jobs import run_jobs
from easement.web.http_protocol import http_protocol

_GRACE_S = 10


class BankStoppedError(Exception):
    """The sandbox bank ended by itself."""


class _Server(uvicorn.Server):
    """Leaves signals to us: after a graceful stop there is still something to close."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    settings: Settings,
    secrets: SandboxSecrets | None,
    listener: socket.socket,
    bank: BankProcess | None,
    announce: Callable[[], None],
) -> None:
    """Serve on `listener` until SIGINT or SIGTERM; `announce` is called once all is ready.

    Without `secrets` and `bank` there is no sandbox.

    Raises:
        BankStoppedError: the bank did not start, or stopped.
    """
    async with open_network(settings, secrets, MovableClock()) as network:
        server = make_server(network, listener)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, setattr, server, "should_exit", True)
        watch = asyncio.create_task(_watch(bank, server, announce))
        await run(network, server, listener)
        if watch.done():
            watch.result()
        watch.cancel()


def make_server(network: Network, listener: socket.socket) -> uvicorn.Server:
    """The HTTP server for a network."""
    return _Server(
        uvicorn.Config(
            network.app,
            http=http_protocol(network.interaction_id_header),
            fd=listener.fileno(),
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=bool(network.trusted_proxies),
            forwarded_allow_ips=list(network.trusted_proxies),
            timeout_graceful_shutdown=_GRACE_S,
        )
    )


async def run(network: Network, server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve requests and run the work beside them until `server.should_exit`."""
    beside = [
        asyncio.create_task(network.feed.follow()),
        asyncio.create_task(run_jobs(network.jobs)),
    ]
    # What start-up made lives as long as the process: keep the collector off it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        await server.serve(sockets=[listener])
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _watch(
    bank: BankProcess | None, server: uvicorn.Server, announce: Callable[[], None]
) -> None:
    try:
        if bank is not None and not await bank.ready():
            raise BankStoppedError("the sandbox bank did not start; its message stands above")
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event to wait for
            await asyncio.sleep(0.005)
        announce()
        if bank is None:
            await asyncio.Event().wait()  # nothing to watch
            return
        status = await bank.ended()
        if not server.should_exit:
            raise BankStoppedError(f"the sandbox bank stopped with status {status}")
    finally:
        server.should_exit = True
