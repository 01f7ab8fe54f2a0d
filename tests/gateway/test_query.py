"""The query of the account lists."""

from dataclasses import replace
from typing import Any

import pytest

PATH = "/accounts-info/v2/mikomo"


def ids(answer: Any) -> list[str]:
    return [next(iter(item.values()))["accountId"] for item in answer.json["accounts"]]


async def test_account_ids_select_among_the_consented(world: Any) -> None:
    answer = await world.get(PATH + "?accountIds=a2")
    assert ids(answer) == ["a2"]
    [(_, asked)] = world.connector.asked
    assert asked == ("a2",)


async def test_an_id_named_twice_is_asked_for_once(world: Any) -> None:
    answer = await world.get(PATH + "?accountIds=a2,a1%2Ca2")
    assert answer.status == 200
    [(_, asked)] = world.connector.asked
    assert asked == ("a2", "a1")


@pytest.mark.parametrize("named", ["a3", "a1,a3", "A1", "nobody's", "%C3%BC", "%00", " a1"])
async def test_an_account_without_consent_is_404_701_and_the_bank_is_not_asked(
    world: Any, named: str
) -> None:
    answer = await world.get(f"{PATH}?accountIds={named.replace(' ', '%20')}")
    assert answer.error == (404, 701)
    assert world.connector.asked == []


async def test_up_to_a_hundred_accounts_may_be_named(world: Any) -> None:
    many = [f"a{n}" for n in range(101)]
    grant = world.ports.grants["g1"]
    world.ports.grants["g1"] = replace(grant, account_ids=frozenset(many))
    assert (await world.get(f"{PATH}?accountIds={','.join(many[:100])}")).status == 206
    assert (await world.get(f"{PATH}?accountIds={','.join(many)}")).error == (400, 401)


@pytest.mark.parametrize(
    "query",
    [
        "accountIds=",
        "accountIds",
        "accountIds=,",
        "accountIds=a1,",
        "accountIds=,a1",
        "accountIds=a1,,a2",
        "accountIds=a1&accountIds=a2",
        "accountids=a1",
        "accountId=a1",
        "unknown=1",
        "accountIds=%ff%fe",
        "accountIds=ü",
        "mode=",
        "mode=RAW",
        "mode=Standard",
        "mode=raw&mode=raw",
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=1.5",
        "limit=ten",
        "limit=%D9%A1",
        "limit=",
        "offset=-1",
        "offset=x",
        "offset=99999999999999999999",
        "=1",
        "&".join(f"x{n}=1" for n in range(50)),
    ],
)
async def test_a_bad_query_is_400_401_and_says_what_is_expected(world: Any, query: str) -> None:
    answer = await world.get(f"{PATH}?{query}")
    assert answer.error == (400, 401)
    assert answer.json["message"] == "Invalid input"
    assert answer.json["debugMessage"]
    assert world.connector.asked == []


@pytest.mark.parametrize(
    "query", ["", "?", "?mode=raw", "?mode=standard", "?limit=500&offset=0", "?&"]
)
async def test_known_parameters_are_accepted(world: Any, query: str) -> None:
    assert ids(await world.get(PATH + query)) == ["a1", "a2"]


async def test_offset_and_limit_walk_the_list_by_relative_links(world: Any) -> None:
    first = await world.get(PATH + "?limit=1&accountIds=a1,a2")
    assert ids(first) == ["a1"]
    following = first.json["links"]["next"]["href"]
    assert following == PATH + "?accountIds=a1%2Ca2&limit=1&offset=1"
    second = await world.get(following)
    assert ids(second) == ["a2"]
    assert second.json["links"] == {"prev": {"href": PATH + "?accountIds=a1%2Ca2&limit=1&offset=0"}}
    assert ids(await world.get(PATH + "?offset=2")) == []
