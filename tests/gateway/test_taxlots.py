"""The tax lots of one holding, read from the account's details."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from easement.providers.entitlements import Rule

PATH = "/taxlots/v2/mikomo/a1/h1"
LOT = {
    "originalPurchaseDate": "2020-11-30T05:00:00Z",
    "quantity": 10.50,
    "purchasedPrice": 18.42,
    "costBasis": 184.2,
    "currentValue": 201.5,
    "positionType": "LONG",
}
Hold = Callable[..., None]


def holding(*lots: dict[str, Any], **changes: Any) -> dict[str, Any]:
    fields = {"holdingId": "h1", "securityId": "037833100", "securityIdType": "CUSIP"}
    return {**fields, "taxLots": list(lots), **changes}


@pytest.fixture
def hold(world: Any, make_account: Any) -> Hold:
    """Let `a1` be an investment account with these holdings."""

    def hold(*holdings: Any, **fields: str) -> None:
        written = {"holdings": json.dumps(holdings), **fields}
        world.connector.held = [make_account("a1", "investmentAccount", **written)]

    return hold


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PATH, {}),
        (
            PATH.replace("v2", "v3"),
            {
                "x-akoya-interaction-type": "user",
                "x-akoya-last-access": "2026-01-15T08:30:00Z",
            },
        ),
    ],
)
async def test_the_lots_leave_in_the_documented_form(
    world: Any, hold: Hold, path: str, headers: dict[str, str]
) -> None:
    hold(
        holding({"quantity": 1}, holdingId="h0"),
        holding({**LOT, "lotId": "l1"}, units=7, description="Apple"),
    )
    answer = await world.get(path, headers=headers)
    assert answer.status == 200
    assert answer.json == {"accountId": "a1", "holding": holding(LOT)}
    [(_, asked)] = world.connector.asked
    assert asked == ("a1",)


async def test_values_are_those_the_bank_wrote(world: Any, make_account: Any) -> None:
    holdings = (
        '[{"holdingId":"h1","taxLots":[{"quantity":10.50,"costBasis":1E+2,"purchasedPrice":null}]}]'
    )
    world.connector.held = [make_account("a1", "investmentAccount", holdings=holdings)]
    assert (
        b'[{"quantity":10.50,"costBasis":1E+2,"purchasedPrice":null}]'
        in (await world.get(PATH)).body
    )


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ({"positionType": "LONG"}, "LONG"),
        ({"postionType": "SHORT"}, "SHORT"),
        ({"postionType": "SHORT", "positionType": "LONG"}, "LONG"),
        ({"positionType": "LONG", "postionType": "SHORT"}, "LONG"),
    ],
    ids=str,
)
async def test_the_position_has_the_right_spelling_alone(
    world: Any, hold: Hold, written: dict[str, str], seen: str
) -> None:
    hold(holding(written))
    [lot] = (await world.get(PATH)).json["holding"]["taxLots"]
    assert lot == {"positionType": seen}


@pytest.mark.parametrize("written", [7, "7"])
async def test_a_holding_is_found_by_its_id_written_as_number_or_text(
    world: Any, hold: Hold, written: object
) -> None:
    hold(holding(LOT, holdingId=written))
    answer = await world.get("/taxlots/v2/mikomo/a1/7")
    assert answer.json["holding"]["holdingId"] == written


@pytest.mark.parametrize(
    "holdings",
    [
        [],
        [holding(LOT, holdingId="h2")],
        [holding(LOT, holdingId=None, securityId="h1")],
        [holding()],
        [holding(taxLots=None)],
        [{"holdingId": "h1"}],
        ["h1", None, 1],
    ],
    ids=str,
)
async def test_unknown_holding_or_one_without_lots_is_404_and_says_what_may_be_wrong(
    world: Any, hold: Hold, holdings: list[Any]
) -> None:
    hold(*holdings)
    answer = await world.get(PATH)
    assert answer.error == (404, 701)
    assert answer.json["message"] == "Tax Lots not found"
    assert "holdingId" in answer.json["debugMessage"]


async def test_an_account_without_holdings_has_no_lots(world: Any) -> None:
    answer = await world.get(PATH)
    assert (answer.error, answer.json["message"]) == ((404, 701), "Tax Lots not found")


@pytest.mark.parametrize("account_id", ["a3", "nobody", ""])
async def test_an_account_without_consent_is_404_and_the_bank_is_not_asked(
    world: Any, account_id: str
) -> None:
    answer = await world.get(f"/taxlots/v2/mikomo/{account_id}/h1")
    assert (answer.error, answer.json["message"]) == ((404, 701), "Account not found")
    assert world.connector.asked == []


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/taxlots/v2/mikomo", (404, 701), "Account not found"),
        ("/taxlots/v2/mikomo/a1", (404, 701), "Tax Lots not found"),
        ("/taxlots/v2/mikomo/a1/", (404, 701), "Tax Lots not found"),
        ("/taxlots/v2/mikomo/a1/h1/lots", (403, 403), "Forbidden route"),
    ],
)
async def test_other_paths_are_refused(
    world: Any, path: str, error: tuple[int, int], message: str
) -> None:
    answer = await world.get(path)
    assert (answer.error, answer.json["message"]) == (error, message)
    assert world.connector.asked == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "offset=-1", "offset=x", "accountId=a1", "accountIds=a1", "mode=x"],
)
async def test_bad_parameters_are_invalid_input(world: Any, hold: Hold, query: str) -> None:
    hold(holding(LOT))
    assert (await world.get(f"{PATH}?mode=raw&offset=0&limit=500")).status == 200
    assert (await world.get(f"{PATH}?{query}")).error == (400, 401)


async def test_a_short_list_has_no_links_unless_a_page_is_asked_for(world: Any, hold: Hold) -> None:
    hold(holding(*[{"quantity": n} for n in range(50)]))
    assert set((await world.get(PATH)).json) == {"accountId", "holding"}
    asked = (await world.get(f"{PATH}?offset=20&limit=10")).json
    assert [lot["quantity"] for lot in asked["holding"]["taxLots"]] == list(range(20, 30))
    assert asked["links"] == {
        "next": {"href": "/taxlots/v2/mikomo/a1/h1?limit=10&offset=30"},
        "prev": {"href": "/taxlots/v2/mikomo/a1/h1?limit=10&offset=10"},
    }


async def test_more_lots_than_a_page_holds_are_not_cut_without_a_word(
    world: Any, hold: Hold
) -> None:
    hold(holding(*[{"quantity": n} for n in range(51)]))
    answer = (await world.get(PATH)).json
    assert len(answer["holding"]["taxLots"]) == 50
    assert answer["links"]["next"] == {"href": "/taxlots/v2/mikomo/a1/h1?limit=50&offset=50"}


async def test_behind_the_last_lot_there_is_nothing(world: Any, hold: Hold) -> None:
    hold(holding(LOT))
    answer = await world.get(f"{PATH}?offset=1")
    assert (answer.error, answer.json["message"]) == ((404, 701), "Tax Lots not found")
    assert "1 tax lots" in answer.json["debugMessage"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(count=st.integers(1, 60), limit=st.integers(1, 70))
async def test_following_next_gives_every_lot_once_and_in_order(
    world: Any, hold: Hold, count: int, limit: int
) -> None:
    hold(holding(*[{"quantity": n} for n in range(count)]))
    seen: list[int] = []
    path: str | None = f"{PATH}?limit={limit}"
    while path is not None:
        page = (await world.get(path)).json
        seen += [lot["quantity"] for lot in page["holding"]["taxLots"]]
        following = page["links"].get("next")
        path = following["href"] if following else None
        assert path is None or urlsplit(path).path == PATH
    assert seen == list(range(count))


@pytest.mark.parametrize(
    "fields",
    [
        {"holdings": '{"h1":1}'},
        {"holdings": '"h1"'},
        {"holdings": '[{"holdingId":"h1","taxLots":{}}]'},
        {"holdings": '[{"holdingId":"h1","taxLots":[1]}]'},
    ],
    ids=str,
)
async def test_holdings_that_cannot_be_read_are_a_trouble_of_the_bank(
    world: Any, hold: Hold, fields: dict[str, str]
) -> None:
    hold(**fields)
    assert (await world.get(PATH)).error == (500, 501)


async def test_one_unreadable_holding_does_not_hide_the_others(world: Any, hold: Hold) -> None:
    hold("broken", {"holdingId": {}}, holding(LOT))
    assert (await world.get(PATH)).status == 200


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ('{"code":705,"message":"Account is closed"}', (409, 705)),
        ('{"code":500,"message":"Oops"}', (500, 500)),
        ('{"code":999,"message":"?"}', (500, 501)),
        ('"broken"', (500, 501)),
    ],
)
async def test_an_account_that_failed_answers_with_its_own_error(
    world: Any, make_account: Any, error: str, told: tuple[int, int]
) -> None:
    world.connector.held = [make_account("a1", "investmentAccount", error=error)]
    assert (await world.get(PATH)).error == told


@pytest.mark.parametrize(("partial", "told"), [(False, (404, 701)), (True, (500, 501))])
async def test_an_account_that_the_bank_leaves_out(
    world: Any, partial: bool, told: tuple[int, int]
) -> None:
    world.connector.held, world.connector.partial = [], partial
    assert (await world.get(PATH)).error == told


async def test_masked_members_do_not_leave(world: Any, hold: Hold) -> None:
    hold(holding(LOT))
    world.decide(rules=(Rule(mask=("holdings.taxLots.costBasis", "securityId")),))
    shown = {name: value for name, value in LOT.items() if name != "costBasis"}
    expected = {name: value for name, value in holding(shown).items() if name != "securityId"}
    assert (await world.get(PATH)).json == {"accountId": "a1", "holding": expected}


async def test_a_mask_of_the_position_holds_for_both_spellings(world: Any, hold: Hold) -> None:
    hold(holding({"postionType": "LONG", "quantity": 1}))
    world.decide(rules=(Rule(mask=("positionType",)),))
    assert b"LONG" not in (await world.get(PATH)).body
    assert b"LONG" not in (await world.get("/accounts/v2/mikomo")).body


async def test_an_account_that_the_policy_hides_looks_like_none(world: Any, hold: Hold) -> None:
    hold(holding(LOT))
    world.decide(rules=(Rule(categories=frozenset({"investmentAccount"}), visible=False),))
    answer = await world.get(PATH)
    assert (answer.error, answer.json["message"]) == ((404, 701), "Account not found")
