"""A bank that is being worked on is left alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from easement.providers.model import MaintenanceWindow

PATH = "/balances/v2/mikomo"


def plan(world: Any, **hours: tuple[float, float]) -> None:
    """Windows by id, each from and to so many hours from now."""
    now = world.clock.now()
    windows = tuple(
        MaintenanceWindow(name, now + timedelta(hours=start), now + timedelta(hours=end), "Work")
        for name, (start, end) in hours.items()
    )
    bank = world.ports.banks["mikomo"]
    world.ports.banks["mikomo"] = replace(bank, maintenance=windows)


async def test_in_a_window_calls_are_503_with_the_seconds_left_and_the_bank_is_not_asked(
    world: Any,
) -> None:
    plan(world, now=(-1, 0.5))
    answer = await world.get(PATH)
    assert answer.error == (503, 503)
    assert answer.json == {"code": 503, "message": "System is down for maintenance"}
    assert 1790 <= int(answer.headers["retry-after"]) <= 1800
    assert world.connector.asked == []


@pytest.mark.parametrize("hours", [(-2.0, -1.0), (1.0, 2.0)])
async def test_outside_of_it_calls_are_answered(world: Any, hours: tuple[float, float]) -> None:
    plan(world, other=hours)
    assert (await world.get(PATH)).status == 200


async def test_windows_follow_the_clock_that_the_sandbox_moves(world: Any) -> None:
    plan(world, night=(1, 2))
    world.clock.advance(timedelta(hours=1.5))
    assert (await world.get(PATH)).status == 503
    world.clock.advance(timedelta(hours=0.5))
    assert (await world.get(PATH)).status == 200


async def test_of_windows_that_overlap_the_last_to_end_counts(world: Any) -> None:
    plan(world, short=(-1, 0.1), long=(-0.5, 1), later=(2, 3))
    assert int((await world.get(PATH)).headers["retry-after"]) > 3000


async def test_a_fault_of_the_call_itself_is_told_first(world: Any) -> None:
    plan(world, now=(-1, 1))
    assert (await world.get(PATH, token="stolen")).error == (401, 602)
    assert (await world.get(PATH + "?limit=0")).error == (400, 401)
    assert (await world.get(PATH + "?accountIds=a3")).error == (404, 701)
