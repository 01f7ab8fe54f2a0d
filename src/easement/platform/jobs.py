"""Work that returns: small coroutines run again and again beside the requests.

A job must be safe to run in every replica at once and to be cut off anywhere: it claims what it
works on by conditional writes. A failing job is logged and run again at its next turn.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`work` run every `period_s` seconds."""

    name: str
    period_s: float
    work: Callable[[], Awaitable[None]]


async def run_jobs(jobs: list[Job]) -> None:
    """Run all jobs until cancelled."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_repeat(job), name=job.name)


async def _repeat(job: Job) -> None:
    while True:
        await asyncio.sleep(job.period_s)
        try:
            await job.work()
        except Exception:
            _log.exception("job %s failed; it runs again in %s s", job.name, job.period_s)
