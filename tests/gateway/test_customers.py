"""The customer record: documented members, consented accounts, nobody else."""

from typing import Any

import pytest

from easement.connectors.errors import BankAnswerError, BankMalformedError, BankTimeoutError
from easement.products.model import Product
from easement.providers.entitlements import Rule

PATH = "/customers/v2/mikomo/current"
V3 = {
    "x-akoya-interaction-type": "user",
    "x-akoya-last-access": "2026-01-15T08:30:00Z",
}


@pytest.fixture
def bank(world: Any) -> Any:
    """What the bank knows; the app may read customers."""
    world.allow(Product.CUSTOMERS)
    world.connector.records.record = {
        "customerId": '"c1"',
        "name": '{"first":"Ann","last":"Lee","ssn":"1"}',
        "taxId": '"1"',
        "telephones": "null",
        "email": '["ann@example.com"]',
        "accounts": (
            '[{"accountId":"a1","relationship":"PRIMARY","balance":1.50},'
            '{"accountId":"a3","relationship":"PRIMARY"},"a2","a3",{"accountId":7},null]'
        ),
    }
    return world.connector.records


@pytest.mark.parametrize(("path", "headers"), [(PATH, {}), (PATH.replace("v2", "v3"), V3)])
async def test_the_record_leaves_with_documented_members_and_consented_accounts(
    world: Any, bank: Any, path: str, headers: dict[str, str]
) -> None:
    answer = await world.get(path, headers=headers)
    assert answer.status == 200
    assert answer.json == {
        "customer": {
            "customerId": "c1",
            "name": {"first": "Ann", "last": "Lee"},
            "telephones": None,
            "email": ["ann@example.com"],
            "accounts": [{"accountId": "a1", "relationship": "PRIMARY"}, "a2"],
        }
    }
    assert bank.asked == ["customer"]


async def test_absent_accounts_stay_absent_and_null_stays_null(world: Any, bank: Any) -> None:
    bank.record = {"customerId": '"c1"'}
    assert (await world.get(PATH)).json == {"customer": {"customerId": "c1"}}
    bank.record = {"customerId": '"c1"', "accounts": "null"}
    assert (await world.get(PATH)).json == {"customer": {"customerId": "c1", "accounts": None}}


@pytest.mark.parametrize(
    "path",
    [
        "/customers/v2/mikomo",
        "/customers/v2/mikomo/",
        "/customers/v2/mikomo/c2",
        "/customers/v2/mikomo/Current",
        "/customers/v2/mikomo/current/accounts",
    ],
)
async def test_there_is_no_customer_but_the_current_one(world: Any, bank: Any, path: str) -> None:
    assert (await world.get(path)).error == (403, 403)
    assert bank.asked == []


@pytest.mark.parametrize("query", ["mode=raw", "mode=standard"])
async def test_mode_is_taken_and_changes_nothing(world: Any, bank: Any, query: str) -> None:
    assert (await world.get(f"{PATH}?{query}")).json == (await world.get(PATH)).json


@pytest.mark.parametrize("query", ["mode=x", "mode=", "accountIds=a1", "offset=0", "customerId=c2"])
async def test_other_parameters_are_invalid_input(world: Any, bank: Any, query: str) -> None:
    assert (await world.get(f"{PATH}?{query}")).error == (400, 401)
    assert bank.asked == []


async def test_an_app_without_the_product_has_no_subscription(world: Any) -> None:
    assert (await world.get(PATH)).error == (403, 403)


async def test_a_provider_without_customer_data_is_not_implemented(world: Any, bank: Any) -> None:
    world.connector.customers = None
    assert (await world.get(PATH)).error == (501, 1106)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (BankMalformedError(), (500, 501)),
        (BankTimeoutError(), (408, 408)),
        (BankAnswerError(404, 601, "Customer not found", None), (404, 601)),
        (BankAnswerError(500, 500, "Oops", None), (500, 500)),
    ],
    ids=str,
)
async def test_a_bank_in_trouble_is_a_documented_answer(
    world: Any, bank: Any, error: Exception, told: tuple[int, int]
) -> None:
    bank.error = error
    assert (await world.get(PATH)).error == told


async def test_masked_members_do_not_leave(world: Any, bank: Any) -> None:
    world.decide(rules=(Rule(mask=("name.last", "customer.email")),))
    assert (await world.get(PATH)).json == {
        "customer": {
            "customerId": "c1",
            "name": {"first": "Ann"},
            "telephones": None,
            "accounts": [{"accountId": "a1", "relationship": "PRIMARY"}, "a2"],
        }
    }


async def test_accounts_of_a_hidden_category_are_not_named(
    world: Any, bank: Any, make_account: Any
) -> None:
    world.connector.held = [make_account("a1"), make_account("a2", "loanAccount")]
    world.decide(rules=(Rule(categories=frozenset({"loanAccount"}), visible=False),))
    customer = (await world.get(PATH)).json["customer"]
    assert customer["accounts"] == [{"accountId": "a1", "relationship": "PRIMARY"}]


async def test_an_account_of_unknown_category_is_not_named_where_the_category_counts(
    world: Any, bank: Any, make_account: Any
) -> None:
    world.connector.held = [make_account("a1")]
    world.decide(rules=(Rule(categories=frozenset({"loanAccount"}), visible=False),))
    customer = (await world.get(PATH)).json["customer"]
    assert customer["accounts"] == [{"accountId": "a1", "relationship": "PRIMARY"}]


async def test_a_provider_may_keep_its_customers_to_itself(world: Any, bank: Any) -> None:
    hidden = Rule(products=frozenset({Product.CUSTOMERS}), visible=False)
    world.decide(rules=(hidden,))
    assert (await world.get(PATH)).error == (403, 403)
    shown = Rule(categories=frozenset({"depositAccount"}), visible=True)
    world.decide(rules=(hidden, shown))
    assert (await world.get(PATH)).error == (403, 403)
