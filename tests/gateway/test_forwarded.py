"""Headers that an app may send through to the bank."""

from typing import Any

import pytest

from easement.gateway.app import GatewayApp

PATH, NAME = "/balances/v2/mikomo", "x-sandbox-fault"


@pytest.fixture
def sandbox(world: Any) -> Any:
    world.app = GatewayApp(world.handed, world.clock, forwarded=frozenset({NAME}))
    return world


@pytest.mark.parametrize("value", ["outage", "latency=2500", "x" * 200])
async def test_a_header_that_is_let_through_goes_on_as_it_came(sandbox: Any, value: str) -> None:
    assert (await sandbox.get(PATH, headers={NAME: value})).status == 200
    [(context, _)] = sandbox.connector.asked
    assert context.headers == {NAME: value}


async def test_any_other_header_ends_here(sandbox: Any, world: Any) -> None:
    await sandbox.get(PATH, headers={"x-sandbox": "1", "cookie": "a=b"})
    world.app = GatewayApp(world.handed, world.clock)
    await world.get(PATH, headers={NAME: "outage"})
    assert [context.headers for context, _ in world.connector.asked] == [{}, {}]


@pytest.mark.parametrize(
    "headers",
    [[(NAME, "")], [(NAME, "x" * 201)], [(NAME, "a\tb")], [(NAME, "\xfc")], [(NAME, "a")] * 2],
)
async def test_a_value_that_could_break_the_call_is_refused(
    sandbox: Any, headers: list[tuple[str, str]]
) -> None:
    answer = await sandbox.get(PATH, headers=headers)
    assert answer.error == (400, 401)
    assert NAME in answer.json["debugMessage"]
    assert sandbox.connector.asked == []
