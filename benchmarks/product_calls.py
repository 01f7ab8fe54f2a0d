"""The product call through the network, beside its bank and beside nginx with the same document."""

import asyncio
from dataclasses import dataclass, field

import aiohttp

from benchmarks.load import Load, Measured, generate, measure
from benchmarks.machine import cores, pin
from benchmarks.network import Network
from benchmarks.nginx import Nginx
from benchmarks.plan import Document, Plan


@dataclass(frozen=True, slots=True)
class Server:
    """Who answers, and how many bytes. `process` is the one that is measured."""

    url: str
    token: str | None
    process: int
    size: int
    settles: bool = False


@dataclass(slots=True)
class Call:
    """One document from each server, a figure a round; the lists of a round stand in line."""

    document: Document
    network: Server
    bank: Server
    nginx: Server | None
    loaded: dict[str, list[Measured]] = field(default_factory=dict)
    alone: dict[str, list[Load]] = field(default_factory=dict)

    def servers(self) -> dict[str, Server]:
        known = {"network": self.network, "bank": self.bank}
        return known if self.nginx is None else known | {"nginx": self.nginx}


async def prepare(
    plan: Plan, network: Network, nginx: Nginx | None, http: aiohttp.ClientSession
) -> list[Call]:
    """Get the tokens and the documents; everything is asked once, and so warm."""
    calls = []
    for document in plan.documents:
        id_token = (await network.tokens(http, document.user))["id_token"]
        url = network.url + document.path
        body = await _body(http, url, id_token)
        bank_token = await network.bank_access_token(http, document.user)
        bank_url = f"{network.bank_url}/fdx/v5/accounts?resultType=details"
        bank_body = await _body(http, bank_url, bank_token)
        served = None
        if nginx is not None:
            static = nginx.serve(f"{document.product}-{document.user}.json", body)
            served = Server(static, None, nginx.worker_pid, len(await _body(http, static, None)))
        calls.append(
            Call(
                document,
                Server(url, id_token, network.pid, len(body), settles=True),
                Server(bank_url, bank_token, network.bank_pid, len(bank_body)),
                served,
            )
        )
    return calls


async def measure_round(plan: Plan, calls: list[Call]) -> None:
    """Once each: every server under load, then network and bank by one call at a time."""
    for call in calls:
        for name, server in call.servers().items():
            _give_core(call, server)
            measured = await measure(
                server.url,
                server.token,
                plan.connections,
                plan.seconds,
                pid=server.process,
                settle=server.settles,
            )
            call.loaded.setdefault(name, []).append(measured)
        for name, server in (("network", call.network), ("bank", call.bank)):
            _give_core(call, server)
            load = await generate(server.url, server.token, 1, plan.seconds)
            call.alone.setdefault(name, []).append(load)


async def warm_up(calls: list[Call]) -> None:
    """A second of load each, which nobody looks at."""
    for call in calls:
        for server in call.servers().values():
            await generate(server.url, server.token, 4, 1)
    await asyncio.sleep(1)


def _give_core(call: Call, measured: Server) -> None:
    """Who is measured has a core to itself; the load and the bank behind it share the other."""
    support, own = cores()
    for server in call.servers().values():
        pin(server.process, own if server is measured else support)


async def _body(http: aiohttp.ClientSession, url: str, token: str | None) -> bytes:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with http.get(url, headers=headers) as answer:
        if answer.status != 200:
            raise RuntimeError(f"expected 200 of {url}, not {answer.status}")
        return await answer.read()
