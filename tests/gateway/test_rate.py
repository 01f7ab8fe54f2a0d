"""How many calls an app may make."""

from dataclasses import replace
from typing import Any

from easement.gateway.app import GatewayApp
from easement.platform.limits import RateLimit

PATH = "/balances/v2/mikomo"


def limit(world: Any, per_second: int) -> None:
    handed = replace(world.handed, rate=RateLimit(per_second))
    world.app = GatewayApp(handed, world.clock)


async def test_one_call_too_many_is_429_1207_with_whole_seconds_to_wait(world: Any) -> None:
    class Spent:
        async def wait_s(self, key: str) -> int | None:
            assert key == "app1"
            return 7

    world.app = GatewayApp(replace(world.handed, rate=Spent()), world.clock)
    answer = await world.get(PATH)
    assert answer.error == (429, 1207)
    assert answer.json["message"] == "Too many requests"
    assert answer.headers["retry-after"] == "7"
    assert world.connector.asked == []
    assert (world.ports.records[-1].app_id, world.ports.records[-1].status) == ("app1", 429)


async def test_each_app_has_a_rate_of_its_own_that_strangers_do_not_use_up(world: Any) -> None:
    limit(world, 1000)
    asked: list[str] = []
    wait_s = world.app._pipeline._ports.rate.wait_s

    async def noted(key: str) -> int | None:
        asked.append(key)
        return await wait_s(key)

    world.app._pipeline._ports.rate.wait_s = noted
    world.ports.bearers["other"] = replace(world.ports.bearers["good"], app_id="app2")
    await world.get(PATH)
    await world.get(PATH, token="other")
    await world.get(PATH, token="stolen")
    await world.get("/balances/v9/mikomo")
    assert asked == ["app1", "app2"]


async def test_a_rate_lets_so_many_calls_through_for_each_key() -> None:
    rate = RateLimit(3)
    waits = [await rate.wait_s("a") for _ in range(4)]
    assert waits[:3] == [None, None, None]
    assert waits[3] in {None, 1}  # None only if this machine stood still for a second
    assert await rate.wait_s("b") is None


async def test_without_a_rate_nothing_is_counted(world: Any) -> None:
    assert world.handed.rate is None
    assert {(await world.get(PATH)).status for _ in range(50)} == {200}
