"""A version that is going to end says so, and then is gone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from easement.gateway.app import GatewayApp
from easement.platform.clock import MovableClock
from easement.products.catalogue import with_deprecation

V3 = {"x-akoya-interaction-type": "user", "x-akoya-last-access": "2025-11-24T00:00:00Z"}
PATH = "/balances/v2/mikomo"
NAMES = ("deprecation", "sunset", "link")


@pytest.fixture
def dated(world: Any) -> Any:
    """v2 is deprecated since 1 March 2026 and ends on 1 September; today is 1 June."""
    clock = MovableClock(datetime(2026, 6, 1, tzinfo=UTC) - datetime.now(UTC))
    versions = with_deprecation("v2", date(2026, 3, 1))
    world.clock = clock
    world.app = GatewayApp(
        world.handed, clock, public_url="https://data.example", versions=versions
    )
    return world


async def test_every_answer_of_a_deprecated_version_says_when_it_ends(dated: Any) -> None:
    for path, token, method, status in (
        (PATH, "good", "GET", 200),
        (PATH, "stolen", "GET", 401),
        (PATH + "?limit=0", "good", "GET", 400),
        ("/balances/v2/nowhere", "good", "GET", 403),
        ("/balances/v2", "good", "GET", 400),
        (PATH, "good", "POST", 405),
        ("/tax-forms/v2/mikomo", "good", "GET", 403),
    ):
        answer = await dated.get(path, token=token, method=method)
        assert answer.status == status
        assert answer.headers["deprecation"] == "@1772323200"
        assert answer.headers["sunset"] == "Tue, 01 Sep 2026 00:00:00 GMT"
        assert answer.headers["link"] == (
            '<https://data.example/docs/migrating-to-v3>; rel="deprecation"; type="text/html"'
        )


async def test_the_other_version_and_unknown_ones_say_nothing(dated: Any) -> None:
    for path in ("/balances/v3/mikomo", "/balances/v1/mikomo", "/balances", "/nothing/v2/mikomo"):
        answer = await dated.get(path, headers=V3)
        assert not set(NAMES) & answer.headers.keys()


async def test_a_version_that_has_ended_is_answered_like_an_unknown_one(dated: Any) -> None:
    dated.clock.advance(timedelta(days=91, hours=23))
    assert (await dated.get(PATH)).status == 200
    dated.clock.advance(timedelta(hours=2))
    ended, unknown = await dated.get(PATH), await dated.get("/balances/v1/mikomo")
    assert ended.error == (403, 403)
    assert ended.json == unknown.json
    assert ended.json["message"] == "Forbidden route"
    assert ended.json["debugMessage"].endswith("with version v3.")
    assert not set(NAMES) & ended.headers.keys()
    assert (await dated.get("/balances/v3/mikomo", headers=V3)).status == 200


async def test_a_version_without_dates_says_nothing(world: Any) -> None:
    assert not set(NAMES) & (await world.get(PATH)).headers.keys()
