"""What leaves: consented accounts only, fields of the product only, values as the bank wrote."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.connectors.model import Account, AccountsAnswer
from easement.gateway.accounts import AccountsQuestion
from easement.gateway.lens import OPEN
from easement.gateway.request import HeaderNames, Request
from easement.products.catalogue import VERSIONS
from easement.products.fields import CATEGORIES, allowed
from easement.products.model import Product

ENDPOINTS = {
    "accounts-info": Product.ACCOUNT_INFO,
    "balances": Product.BALANCES,
    "accounts": Product.INVESTMENTS,
}
FIELDS = [
    "accountNumber",
    "accountnumber",
    "routingTransitNumber",
    "availableBalance",
    "currentValue",
    "holdings",
    "nickname",
    "displayName",
    "transactionsIncluded",
    "transactions",
    "bills",
    "contact",
    "rewardTier",
]
NUMBERS = st.from_regex(r"\A-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,6})?([eE][+-]?[0-9]{1,3})?\Z")


def question(endpoint: str, *ids: str) -> AccountsQuestion:
    request = Request(endpoint, VERSIONS["v2"], "mikomo", (), b"", HeaderNames("x-akoya-"), {})
    return AccountsQuestion(ENDPOINTS[endpoint], request, ids, False, 0, None, {}, False, OPEN)


def raw(fields: dict[str, str]) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(text.encode()) for name, text in fields.items()}


@given(
    endpoint=st.sampled_from(sorted(ENDPOINTS)),
    category=st.sampled_from(sorted(CATEGORIES)),
    fields=st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=12), NUMBERS, max_size=8),
)
def test_no_field_outside_the_product_passes_and_no_byte_of_the_rest_changes(
    endpoint: str, category: str, fields: dict[str, str]
) -> None:
    fields = {"accountId": '"a1"', **{k: v for k, v in fields.items() if k != "error"}}
    answer = question(endpoint, "a1").shape(
        AccountsAnswer([Account("a1", category, raw(fields))], False)
    )
    accounts = msgspec.json.decode(
        answer.body, type=dict[str, list[dict[str, dict[str, msgspec.Raw]]]]
    )["accounts"]
    sent = {name: bytes(value).decode() for name, value in accounts[0][category].items()}
    product = ENDPOINTS[endpoint]
    assert sent == {n: v for n, v in fields.items() if allowed(product, category, n)}
    assert not {"accountnumber", "routingtransitnumber"} & {n.lower() for n in sent}
    assert answer.status == 200


async def test_a_balance_never_shows_in_account_info(world: Any, make_account: Any) -> None:
    world.connector.held = [
        make_account("a1", availableBalance="1.00", nickname='"N"', accountNumber='"123"'),
        make_account("a2", "investmentAccount", currentValue="2.50", holdings="[]"),
    ]
    info = await world.get("/accounts-info/v2/mikomo")
    assert info.json == {
        "accounts": [
            {"depositAccount": {"accountId": "a1", "nickname": "N"}},
            {"investmentAccount": {"accountId": "a2"}},
        ]
    }
    balances = await world.get("/balances/v2/mikomo")
    assert b'"availableBalance":1.00' in balances.body
    assert b'"currentValue":2.50' in balances.body
    assert b"holdings" not in balances.body
    investments = await world.get("/accounts/v3/mikomo", headers={
        "x-akoya-interaction-type": "user", "x-akoya-last-access": "2025-11-24T00:00:00Z",
    })  # fmt: skip
    assert b'"holdings":[]' in investments.body
    assert b"123" not in investments.body


async def test_accounts_that_were_not_asked_for_or_repeat_are_dropped(
    world: Any, make_account: Any
) -> None:
    world.connector.held = [
        make_account("a1", nickname='"first"'),
        make_account("a1", nickname='"again"'),
        make_account("a2"),
        make_account("a3"),
    ]
    answer = await world.get("/accounts-info/v2/mikomo?accountIds=a1")
    assert answer.status == 200
    assert answer.json == {
        "accounts": [{"depositAccount": {"accountId": "a1", "nickname": "first"}}]
    }


async def test_a_failing_account_keeps_its_error_and_makes_the_answer_206(
    world: Any, make_account: Any
) -> None:
    error = '{"code":501,"message":"Subsystem unavailable"}'
    world.connector.held = [make_account("a1"), make_account("a2", error=error)]
    for endpoint in ENDPOINTS:
        answer = await world.get(f"/{endpoint}/v2/mikomo")
        assert answer.status == 206
        assert answer.json["accounts"][1]["depositAccount"]["error"] == json.loads(error)
    assert (await world.get("/accounts/v2/mikomo?accountIds=a1")).status == 200


async def test_a_partial_answer_of_the_bank_stays_partial(world: Any) -> None:
    world.connector.partial = True
    assert (await world.get("/balances/v2/mikomo")).status == 206


async def test_a_named_account_that_the_bank_lacks_makes_the_answer_206(
    world: Any, make_account: Any
) -> None:
    world.connector.held = [make_account("a1")]
    assert (await world.get("/balances/v2/mikomo?accountIds=a1,a2")).status == 206
    assert (await world.get("/balances/v2/mikomo")).status == 200


@pytest.mark.parametrize(("partial", "error"), [(False, (404, 701)), (True, (500, 501))])
async def test_no_account_at_all_is_an_error(
    world: Any, partial: bool, error: tuple[int, int]
) -> None:
    world.connector.held = []
    world.connector.partial = partial
    assert (await world.get("/balances/v2/mikomo")).error == error


@pytest.mark.parametrize("written", ["positionType", "postionType"])
async def test_tax_lots_carry_both_spellings(world: Any, make_account: Any, written: str) -> None:
    holdings = f'[{{"units":1.50,"taxLots":[{{"{written}":"LONG","costBasis":7.00}}]}},{{"a":1}}]'
    world.connector.held = [make_account("a1", "investmentAccount", holdings=holdings)]
    answer = await world.get("/accounts/v2/mikomo")
    [holding, other] = answer.json["accounts"][0]["investmentAccount"]["holdings"]
    [lot] = holding["taxLots"]
    assert lot == {"positionType": "LONG", "postionType": "LONG", "costBasis": 7.0}
    assert b'"costBasis":7.00' in answer.body
    assert b'"units":1.50' in answer.body
    assert other == {"a": 1}


@pytest.mark.parametrize(
    "holdings", ['{"taxLots":1}', '[{"taxLots":null}]', '[{"taxLots":[1]}]', '["taxLots"]', "null"]
)
async def test_holdings_of_an_unexpected_form_pass_as_they_are(
    world: Any, make_account: Any, holdings: str
) -> None:
    world.connector.held = [make_account("a1", "investmentAccount", holdings=holdings)]
    answer = await world.get("/accounts/v2/mikomo")
    assert answer.status == 200
    assert f'"holdings":{holdings}'.encode() in answer.body
