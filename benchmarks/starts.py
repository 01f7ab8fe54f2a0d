"""Starts: on an empty directory, and on the one that the start before left behind."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import network
from benchmarks.machine import resident_mib


@dataclass(slots=True)
class Starts:
    """A figure a run: seconds from command to ready, and MiB resident then."""

    first_s: list[float] = field(default_factory=list)
    second_s: list[float] = field(default_factory=list)
    first_mib: list[float] = field(default_factory=list)
    second_mib: list[float] = field(default_factory=list)
    bank_mib: list[float] = field(default_factory=list)


def measure_run(starts: Starts) -> None:
    """One first start and one second."""
    with tempfile.TemporaryDirectory(prefix="easement-benchmark-") as directory:
        for seconds, memory in (
            (starts.first_s, starts.first_mib),
            (starts.second_s, starts.second_mib),
        ):
            running, took = network.start(Path(directory) / "data")
            try:
                seconds.append(took)
                memory.append(resident_mib(running.pid))
                starts.bank_mib.append(resident_mib(running.bank_pid))
            finally:
                running.stop()
