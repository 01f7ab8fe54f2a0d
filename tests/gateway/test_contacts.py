"""Account holders: documented members, consented accounts only."""

from typing import Any

import pytest

from easement.connectors.errors import BankAnswerError, BankMalformedError
from easement.products.model import Product
from easement.providers.entitlements import Rule

PATH = "/contacts/v2/mikomo/a1"


@pytest.fixture
def bank(world: Any) -> Any:
    """What the bank knows; the app may read customers."""
    world.allow(Product.CUSTOMERS)
    world.connector.records.contacts = {
        "a1": {
            "holders": (
                '[{"customerId":"c1","relationship":"PRIMARY","dateOfBirth":"1970-01-01",'
                '"accounts":[{"accountId":"a1"},{"accountId":"a3"}],"telephones":["1"],'
                '"businessCustomer":{"name":"Co","registeredId":"9","taxId":"1",'
                '"registeredAgents":[{"first":"R"}],"industryCode":{"type":"SIC","code":"1"},'
                '"domicile":{"region":"TN","country":"US"}}},null,'
                '{"name":{"first":"Bo"},"relationship":"JOINT","accounts":null}]'
            ),
            "emails": '["ann@example.com"]',
            "addresses": '[{"line1":"1 Road","region":"TN","geo":[1,2]}]',
            "telephones": '[{"type":"HOME","country":"US","number":"5550100","ext":1}]',
            "ssn": '"1"',
        }
    }
    return world.connector.records


async def test_documented_members_leave_and_holders_name_consented_accounts_only(
    world: Any, bank: Any
) -> None:
    answer = await world.get(PATH)
    assert answer.status == 200
    assert answer.json == {
        "holders": [
            {
                "customerId": "c1",
                "relationship": "PRIMARY",
                "accounts": [{"accountId": "a1"}],
                "telephones": ["1"],
                "businessCustomer": {
                    "name": "Co",
                    "registeredId": "9",
                    "registeredAgents": [{"first": "R"}],
                    "industryCode": {"type": "SIC", "code": "1"},
                    "domicile": {"region": "TN", "country": "US"},
                },
            },
            {"name": {"first": "Bo"}, "relationship": "JOINT", "accounts": None},
        ],
        "emails": ["ann@example.com"],
        "addresses": [{"line1": "1 Road", "region": "TN"}],
        "telephones": [{"type": "HOME", "country": "US", "number": "5550100"}],
    }
    assert bank.asked == ["contact a1"]


async def test_null_holders_stay_null(world: Any, bank: Any) -> None:
    bank.contacts = {"a1": {"holders": "null", "emails": "[]"}}
    assert (await world.get(PATH)).json == {"holders": None, "emails": []}


@pytest.mark.parametrize("account_id", ["a3", "nobody", "", "a1 "])
async def test_an_account_without_consent_is_404_and_the_bank_is_not_asked(
    world: Any, bank: Any, account_id: str
) -> None:
    assert (await world.get(f"/contacts/v2/mikomo/{account_id}")).error == (404, 701)
    assert bank.asked == []


async def test_further_segments_are_a_forbidden_route(world: Any, bank: Any) -> None:
    assert (await world.get(f"{PATH}/holders")).error == (403, 403)


@pytest.mark.parametrize("query", ["mode=x", "accountIds=a1", "startTime=2020-01-01T00:00:00Z"])
async def test_other_parameters_are_invalid_input(world: Any, bank: Any, query: str) -> None:
    assert (await world.get(f"{PATH}?mode=raw")).status == 200
    assert (await world.get(f"{PATH}?{query}")).error == (400, 401)


async def test_a_provider_without_account_holders_is_not_implemented(world: Any, bank: Any) -> None:
    world.connector.contacts = None
    assert (await world.get(PATH)).error == (501, 1106)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (BankMalformedError(), (500, 501)),
        (BankAnswerError(404, 701, "Account not found", None), (404, 701)),
    ],
    ids=str,
)
async def test_a_bank_in_trouble_is_a_documented_answer(
    world: Any, bank: Any, error: Exception, told: tuple[int, int]
) -> None:
    bank.error = error
    assert (await world.get(PATH)).error == told


async def test_masked_members_do_not_leave_any_holder(world: Any, bank: Any) -> None:
    world.decide(rules=(Rule(mask=("telephones", "businessCustomer", "name.first")),))
    assert (await world.get(PATH)).json == {
        "holders": [
            {
                "customerId": "c1",
                "relationship": "PRIMARY",
                "accounts": [{"accountId": "a1"}],
            },
            {"name": {}, "relationship": "JOINT", "accounts": None},
        ],
        "emails": ["ann@example.com"],
        "addresses": [{"line1": "1 Road", "region": "TN"}],
    }


async def test_a_rule_by_category_asks_for_the_category_first(
    world: Any, bank: Any, make_account: Any
) -> None:
    world.decide(rules=(Rule(categories=frozenset({"loanAccount"}), mask=("emails",)),))
    assert "emails" in (await world.get(PATH)).json
    world.connector.held = [make_account("a1", "loanAccount")]
    assert "emails" not in (await world.get(PATH)).json
    assert bank.asked == ["category a1", "contact a1"] * 2


@pytest.mark.parametrize("held", [[], ["loanAccount"]], ids=["unknown category", "hidden category"])
async def test_an_account_that_the_policy_hides_looks_like_none(
    world: Any, bank: Any, make_account: Any, held: list[str]
) -> None:
    world.connector.held = [make_account("a1", category) for category in held]
    world.decide(rules=(Rule(categories=frozenset({"loanAccount"}), visible=False),))
    assert (await world.get(PATH)).error == (404, 701)
    assert bank.asked == ["category a1"]


async def test_where_categories_are_hidden_a_holder_names_the_account_asked_for_alone(
    world: Any, bank: Any
) -> None:
    bank.contacts["a1"]["holders"] = '[{"accounts":[{"accountId":"a1"},{"accountId":"a2"}]}]'
    both = [{"accountId": "a1"}, {"accountId": "a2"}]
    assert (await world.get(PATH)).json["holders"] == [{"accounts": both}]
    world.decide(rules=(Rule(categories=frozenset({"loanAccount"}), visible=False),))
    assert (await world.get(PATH)).json["holders"] == [{"accounts": both[:1]}]
