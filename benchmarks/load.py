"""Load on one URL for a bounded time: by wrk, or by a generator of our own where wrk is missing."""

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import aiohttp

from benchmarks.machine import cpu_seconds

_SCRIPT = Path(__file__).with_name("wrk.lua")
_MOST_REQUESTS = 1_000_000
# The network writes its call records once a second: that work belongs to the calls before it.
_SETTLE_S = 1.1

WITHOUT_WRK = (
    "The load came from this program, as wrk is not installed (apt-get install wrk): it is the "
    "load, not the server, that bounds the faster servers' requests a second. Compare by CPU."
)


@dataclass(frozen=True, slots=True)
class Load:
    """What a client saw: requests answered in `seconds`, and latencies in milliseconds."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """What a client saw, and the requests that the server answered for each second of its CPU."""

    load: Load
    per_cpu_s: float


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


async def measure(
    url: str, token: str | None, connections: int, seconds: float, *, pid: int, settle: bool = False
) -> Measured:
    """Load `url`, served by process `pid`, for `seconds`.

    With `settle`, CPU time that the server spends shortly afterwards counts too.

    Raises:
        RuntimeError: a request failed; then the figures would say nothing.
    """
    before = cpu_seconds(pid)
    load = await generate(url, token, connections, seconds)
    if settle:
        await asyncio.sleep(_SETTLE_S)
    return Measured(load, load.requests / max(cpu_seconds(pid) - before, 0.01))


async def generate(url: str, token: str | None, connections: int, seconds: float) -> Load:
    """Load only. Raises `RuntimeError` as above."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    if has_wrk():
        return await asyncio.to_thread(_by_wrk, url, headers, connections, seconds)
    return await _by_us(url, headers, connections, seconds)


def _by_wrk(url: str, headers: dict[str, str], connections: int, seconds: float) -> Load:
    # wrk takes whole seconds; it reports the time it really took.
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", str(_SCRIPT)]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    told = subprocess.run(
        [*command, url], capture_output=True, text=True, check=True, timeout=seconds + 30
    )
    line = next(line for line in told.stdout.splitlines() if line.startswith("result "))
    result = json.loads(line.removeprefix("result "))
    if result["failures"]:
        raise RuntimeError(f"expected no failures of {url}, not {result['failures']}")
    return Load(
        requests=result["requests"],
        seconds=result["duration"] / 1e6,
        p50_ms=result["p50"] / 1e3,
        p99_ms=result["p99"] / 1e3,
    )


async def _by_us(url: str, headers: dict[str, str], connections: int, seconds: float) -> Load:
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as http:

        async def ask() -> None:
            async with http.get(url) as answer:
                await answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"expected 200 of {url}, not {answer.status}")

        return await repeat([ask] * connections, seconds)


async def repeat(clients: list[Callable[[], Awaitable[None]]], seconds: float) -> Load:
    """Let each client do its request over and over, all at once, for `seconds`."""
    took: list[float] = []
    began = time.perf_counter()

    async def client(request: Callable[[], Awaitable[None]]) -> None:
        while (now := time.perf_counter()) - began < seconds and len(took) < _MOST_REQUESTS:
            await request()
            took.append((time.perf_counter() - now) * 1000)

    async with asyncio.TaskGroup() as group:
        for request in clients:
            group.create_task(client(request))
    elapsed = time.perf_counter() - began
    hundredths = quantiles(took, n=100, method="inclusive") if len(took) > 1 else took * 99
    return Load(len(took), elapsed, hundredths[49], hundredths[98])
