"""Every product of every sandbox user against the contract's schemas, in both versions."""

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
import requests

from tests.support import openapi
from tests.support.app import TIMEOUT_S, V3_HEADERS, RecipientApp
from tests.support.contract import OPERATIONS, faults
from tests.support.network import RunningNetwork

DATA = files("mikomo") / "data"
USERS = sorted(
    each.name.removesuffix(".json")
    for each in DATA.iterdir()
    if each.name.startswith(("mikomo_", "GenericUser_"))
    and not json.loads(each.read_text()).get("error")
)
# Every field is filled, some with a placeholder that is no member of its enumeration.
WITH_PLACEHOLDERS = "mikomo_7"
ALWAYS = "startTime=1900-01-01&endTime=2199-12-31&limit=500"
OF_ACCOUNT = {
    "transactions": (f"?{ALWAYS}", "strict.get-transactions"),
    "statements": (f"?{ALWAYS}", "v24.statementList"),
    "payments": ("/payment-networks", "open.accountPaymentNetworkList"),
}

DOCUMENT = openapi.own_document()

Get = Callable[[str], requests.Response]


@pytest.fixture(scope="module")
def engine() -> str:
    """What a bank says does not depend on the network's database."""
    return "sqlite"


@pytest.fixture(scope="module")
def id_tokens(network: RunningNetwork) -> dict[str, str]:
    """One for all accounts of each user."""
    app = RecipientApp(network, network.secrets.sandbox)
    return {user: app.mint(user)["id_token"] for user in USERS}


@pytest.fixture(params=USERS)
def user(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["v2", "v3"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def get(network: RunningNetwork, id_tokens: dict[str, str], user: str) -> Get:
    """Calls a product by its path."""

    def call(path: str) -> requests.Response:
        headers = {"authorization": f"Bearer {id_tokens[user]}", **V3_HEADERS}
        return requests.get(network.url + path, headers=headers, timeout=TIMEOUT_S)

    return call


def accounts(get: Get, version: str) -> list[dict[str, Any]]:
    entries = get(f"/accounts/{version}/mikomo").json()["accounts"]
    return [fields for entry in entries for fields in entry.values()]


def pages(get: Get, path: str) -> Iterator[dict[str, Any]]:
    """All pages of a list; `path` may also be of something that has one page."""
    following: str | None = path
    while following:
        answer = get(following)
        assert answer.status_code == 200, (following, answer.text[:300])
        body = answer.json()
        yield body
        following = body.get("links", {}).get("next", {}).get("href")


def test_all_users_with_data_are_looked_at() -> None:
    assert len(USERS) == 15


@pytest.mark.parametrize("endpoint", OPERATIONS)
def test_account_lists_keep_the_strict_schema(get: Get, endpoint: str, version: str) -> None:
    answer = get(f"/{endpoint}/{version}/mikomo")

    assert answer.status_code == 200
    assert faults(f"strict.{OPERATIONS[endpoint]}", answer.json()) == []


@pytest.mark.parametrize("endpoint", OF_ACCOUNT)
def test_answers_about_each_account_keep_the_schema(get: Get, endpoint: str, version: str) -> None:
    rest, definition = OF_ACCOUNT[endpoint]
    looked_at = 0
    for account in accounts(get, version):
        path = f"/{endpoint}/{version}/mikomo/{account['accountId']}{rest}"
        for body in pages(get, path):
            looked_at += 1
            assert faults(definition, body)[:5] == [], account["accountId"]
    assert looked_at


def test_customer_keeps_one_of_the_two_documented_forms(get: Get, version: str) -> None:
    (body,) = pages(get, f"/customers/{version}/mikomo/current")
    forms = ("v2.customer", "v24.currentCustomer")
    assert [] in [faults(form, body) for form in forms], [faults(form, body) for form in forms]


def test_account_holders_keep_the_schema_of_our_own_document(get: Get, version: str) -> None:
    """The contract's model has texts where its own example, and banks, have objects."""
    schema = {"$ref": "#/components/schemas/AccountContact"}
    for account in accounts(get, version):
        (body,) = pages(get, f"/contacts/{version}/mikomo/{account['accountId']}")
        assert openapi.faults(DOCUMENT, schema, body) == [], account["accountId"]


def test_tax_lots_of_each_holding_keep_the_schema(get: Get, user: str, version: str) -> None:
    schema = {"$ref": "#/components/schemas/TaxLots"}
    for account in accounts(get, version):
        for holding in account.get("holdings") or []:
            if holding.get("taxLots") and "holdingId" in holding:
                ids = f"{account['accountId']}/{holding['holdingId']}"
                for body in pages(get, f"/taxlots/{version}/mikomo/{ids}"):
                    assert openapi.faults(DOCUMENT, schema, body) == [], ids
                    if user != WITH_PLACEHOLDERS:
                        assert faults("v24.taxlots", body) == [], ids


def test_tax_statements_and_each_form_keep_the_schema(get: Get, version: str) -> None:
    answer = get(f"/tax-forms/{version}/mikomo")
    if answer.status_code == 404:
        assert answer.json()["code"] == 1200
        return
    assert faults("v24.taxStatementList", answer.json())[:5] == []
    for statement in answer.json()["statements"]:
        for form in statement["forms"]:
            ((_, fields),) = form.items()
            (body,) = pages(get, f"/tax-forms/{version}/mikomo/{fields['taxFormId']}")
            assert faults("v24.taxStatement", body)[:5] == [], fields["taxFormId"]
