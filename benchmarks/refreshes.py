"""Token refreshes: chains that each use the token the refresh before gave, some at once."""

import json
import time
from base64 import urlsafe_b64decode
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from joserfc import jwt
from joserfc.jwk import RSAKey

from benchmarks.load import Load, Measured, generate, measure, repeat
from benchmarks.machine import cores, cpu_seconds, on_core, pin
from benchmarks.network import CLIENT_ID, CLIENT_SECRET, Network
from benchmarks.nginx import Nginx
from benchmarks.plan import Plan

_USER = "mikomo_10"
_MOST_SIGNATURES = 100_000


class Chain:
    """One app's refresh token, replaced at every refresh."""

    def __init__(self, http: aiohttp.ClientSession, url: str, refresh_token: str) -> None:
        self._http = http
        self._url = url
        self._refresh_token = refresh_token

    async def refresh(self) -> None:
        """Raises `RuntimeError` unless it is answered by a new token."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
        async with self._http.post(self._url, data=form) as answer:
            body = await answer.read()
            if answer.status != 200:
                raise RuntimeError(f"expected a refresh to be answered 200, not {answer.status}")
        self._refresh_token = json.loads(body)["refresh_token"]


@dataclass(slots=True)
class Refreshes:
    """A figure a round: by number of chains, of nginx with an answer of the same size, and of a
    loop that does nothing but sign such a token (signatures for each second of CPU)."""

    network: Network
    chains: list[Chain]
    claims: dict[str, Any]
    answer_size: int
    static: tuple[str, int] | None
    key: RSAKey
    by_chains: dict[int, list[Measured]] = field(default_factory=lambda: defaultdict(list))
    nginx: list[Measured] = field(default_factory=list)
    signatures: list[float] = field(default_factory=list)


async def prepare(
    plan: Plan, network: Network, nginx: Nginx | None, http: aiohttp.ClientSession
) -> Refreshes:
    """A token set for each chain."""
    sets = [await network.tokens(http, _USER) for _ in range(max(plan.chains))]
    answer = json.dumps(sets[0], separators=(",", ":")).encode()
    payload = sets[0]["id_token"].split(".")[1]
    static = None
    if nginx is not None:
        static = nginx.serve("token.json", answer), nginx.worker_pid
    return Refreshes(
        network=network,
        chains=[Chain(http, f"{network.url}/token", one["refresh_token"]) for one in sets],
        claims=json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))),
        answer_size=len(answer),
        static=static,
        key=RSAKey.generate_key(2048),
    )


async def measure_round(plan: Plan, refreshes: Refreshes) -> None:
    """Once each."""
    support, own = cores()
    pin(refreshes.network.pid, own)
    pin(refreshes.network.bank_pid, support)
    for number in plan.chains:
        before = cpu_seconds(refreshes.network.pid)
        load = await _refresh(refreshes.chains[:number], plan.seconds)
        spent = cpu_seconds(refreshes.network.pid) - before
        refreshes.by_chains[number].append(Measured(load, load.requests / max(spent, 0.01)))
    if refreshes.static is not None:
        url, worker = refreshes.static
        pin(worker, own)
        measured = await measure(url, None, plan.connections, plan.seconds, pid=worker)
        refreshes.nginx.append(measured)
    with on_core(own):
        refreshes.signatures.append(_signatures(refreshes, plan.seconds))


async def warm_up(refreshes: Refreshes) -> None:
    """A second of load each, which nobody looks at."""
    await _refresh(refreshes.chains, 1)
    if refreshes.static is not None:
        await generate(refreshes.static[0], None, 4, 1)
    _signatures(refreshes, 1)


async def _refresh(chains: list[Chain], seconds: float) -> Load:
    return await repeat([chain.refresh for chain in chains], seconds)


def _signatures(refreshes: Refreshes, seconds: float) -> float:
    header = {"alg": "RS256", "kid": "benchmark", "typ": "JWT"}
    made, began, before = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds and made < _MOST_SIGNATURES:
        jwt.encode(header, refreshes.claims, refreshes.key, algorithms=["RS256"])
        made += 1
    return made / (time.process_time() - before)
