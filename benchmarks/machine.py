"""The machine: its two cores, a process's CPU time and memory, and what the report says of it."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from random import SystemRandom
from statistics import median

_TICKS = os.sysconf("SC_CLK_TCK")
_PACKAGES = ("uvicorn", "uvloop", "httptools", "starlette", "aiohttp", "msgspec", "joserfc")
_FLUSHES = 20
_ROOT = Path(__file__).parents[1]
# Read before this process confines itself to one of them.
_USABLE = sorted(os.sched_getaffinity(0))


def cores() -> tuple[int, int]:
    """The core of the load and of all that only supports it, and the core of what is measured.

    The same one twice on a machine with a single core.
    """
    return _USABLE[0], _USABLE[-1]


def pin(pid: int, core: int) -> None:
    """Keep all threads of a process on one core."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(ProcessLookupError):  # it ended meanwhile
            os.sched_setaffinity(int(thread.name), {core})


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run this thread on `core` for a while."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, in steps of a clock tick (mostly 10 ms)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def resident_mib(pid: int) -> float:
    """VmRSS in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"expected VmRSS in /proc/{pid}/status")
    return int(found[1]) / 1024


def child_of(pid: int) -> int:
    """The first child process of `pid`."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    if not children:
        raise RuntimeError(f"expected process {pid} to have a child")
    return int(children[0])


def free_port() -> int:
    """A port nobody listens on.

    Below those that the system gives to outgoing connections and those that the tests take, which
    may run at the same time: there is a moment between this look and the port's use.
    """
    random = SystemRandom()
    while True:
        port = random.randrange(10_000, 20_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def description() -> list[str]:
    """What the figures were taken on, a line each."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    programs = ", ".join(filter(None, (_version("nginx", "-v"), _version("wrk", "-v"))))
    model_name = model[1] if model else "unknown CPU"
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_revision()}",
        f"{model_name}, {len(_USABLE)} cores, load average {os.getloadavg()[0]:.1f} at the start",
        f"a durable write of 4 KiB takes {_flush_ms():.2f} ms here (median)",
        f"Python {sys.version.split()[0]}, {packages}",
        programs or "neither nginx nor wrk",
    ]


def _revision() -> str:
    """The commit that was measured, as figures of files under edit compare with nothing."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(_ROOT), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        commit = f"commit {git('rev-parse', '--short', 'HEAD')}"
        changed = git("status", "--porcelain", "--", "src")
    except (OSError, subprocess.CalledProcessError):
        return "no git checkout"
    return f"{commit} with uncommitted changes" if changed else commit


def _version(program: str, option: str) -> str | None:
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        return None
    told = subprocess.run([path, option], capture_output=True, text=True, check=False, timeout=5)
    number = re.search(r"\d+\.\d+(\.\d+)?", told.stdout + told.stderr)
    return f"{program} {number[0] if number else '(unknown version)'}"


def _flush_ms() -> float:
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(_FLUSHES):
            start = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - start) * 1000)
    return median(took)
