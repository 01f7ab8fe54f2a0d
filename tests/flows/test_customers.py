"""Customer and account-holder information, from consent to answer."""

from typing import Any

import pytest
import requests

from tests.support.app import V3_HEADERS, RecipientApp
from tests.support.contract import faults

CHECKING = "g833202fb0866d0ad83472c429"
COLLEGE = "839502593"
PEOPLE = (
    *("mikomo_7", "mikomo_9", "mikomo_10", "mikomo_11", "mikomo_2023"),
    *("GenericUser_Pfm", "GenericUser_LendingAndCredit", "GenericUser_Payments"),
    *("GenericUser_Wealth", "GenericUser_Tax"),
)


def get(app: RecipientApp, path: str, token: str, **parameters: str) -> requests.Response:
    return requests.get(
        f"{app.network.url}/{path}",
        params=parameters,
        headers={"authorization": f"Bearer {token}", **V3_HEADERS},
        timeout=60,
    )


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    return answer.status_code, answer.json()["code"], answer.json()["message"]


@pytest.fixture(scope="module")
def token(network: Any) -> str:
    """An id_token for two of the six accounts of mikomo_10."""
    app = RecipientApp(network, network.secrets.sandbox)
    return str(app.mint("mikomo_10", [CHECKING, COLLEGE])["id_token"])


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_an_app_reads_who_allowed_the_access(app: RecipientApp, token: str, version: str) -> None:
    answer = get(app, f"customers/{version}/mikomo/current", token)

    assert answer.status_code == 200, answer.text
    customer = answer.json()["customer"]
    assert customer["customerId"] == "1521963501"
    assert customer["name"] == {"last": "Last", "first": "First", "middle": "H"}
    assert customer["email"] == ["user@example.com"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("user", PEOPLE)
def test_the_answers_of_everybody_keep_the_contract(app: RecipientApp, user: str) -> None:
    token = app.mint(user)["id_token"]
    held = app.get("accounts-info", token).json()["accounts"]
    ids = [fields["accountId"] for entry in held for fields in entry.values()]

    customer = get(app, "customers/v2/mikomo/current", token).json()
    named = [entry["accountId"] for entry in customer["customer"].get("accounts") or []]
    contact = get(app, f"contacts/v2/mikomo/{ids[0]}", token)

    assert not faults("v2.customer", customer) or not faults("v24.currentCustomer", customer)
    assert set(named) <= set(ids)
    assert contact.status_code == 200, contact.text
    assert set(contact.json()) == {"holders", "emails", "addresses", "telephones"}
    assert contact.json()["holders"]


def test_accounts_that_were_not_shared_are_not_named(app: RecipientApp) -> None:
    everything = app.mint("GenericUser_Wealth")["id_token"]
    answer = get(app, "customers/v2/mikomo/current", everything).json()["customer"]
    every = [entry["accountId"] for entry in answer["accounts"]]
    assert len(every) > 1

    one = app.mint("GenericUser_Wealth", every[:1])["id_token"]
    answer = get(app, "customers/v2/mikomo/current", one).json()["customer"]
    assert [entry["accountId"] for entry in answer["accounts"]] == every[:1]


def test_holders_of_a_shared_account_come_and_name_no_other_account(
    app: RecipientApp, token: str
) -> None:
    answer = get(app, f"contacts/v3/mikomo/{COLLEGE}", token)

    [holder] = answer.json()["holders"]
    assert holder["relationship"] == "PRIMARY"
    assert holder["accounts"] == [{"accountId": COLLEGE, "relationship": "PRIMARY"}]
    assert holder["businessCustomer"]["industryCode"] == {"type": "BCLASS", "code": "BC"}
    assert answer.json()["addresses"][0]["region"] == "TN"


@pytest.mark.parametrize("account_id", ["5426873", "1755209824", "nobody", ""])
def test_an_account_without_consent_is_404_with_701(
    app: RecipientApp, token: str, account_id: str
) -> None:
    answer = get(app, f"contacts/v2/mikomo/{account_id}", token)

    assert refusal(answer) == (404, 701, "Account not found")


@pytest.mark.parametrize(
    "path",
    [
        "customers/v2/mikomo",
        "customers/v2/mikomo/1221963501",
        "customers/v2/mikomo/current/accounts",
        f"contacts/v2/mikomo/{CHECKING}/holders",
    ],
)
def test_other_paths_are_forbidden_routes(app: RecipientApp, token: str, path: str) -> None:
    assert refusal(get(app, path, token)) == (403, 403, "Forbidden route")


def test_mode_is_taken_and_other_parameters_are_not(app: RecipientApp, token: str) -> None:
    for path in ("customers/v2/mikomo/current", f"contacts/v2/mikomo/{CHECKING}"):
        assert get(app, path, token, mode="standard").json() == get(app, path, token).json()
        assert refusal(get(app, path, token, customerId="1"))[:2] == (400, 401)


def test_an_app_without_the_product_has_no_subscription(other_app: RecipientApp) -> None:
    token = other_app.mint("mikomo_10")["id_token"]

    for path in ("customers/v2/mikomo/current", f"contacts/v2/mikomo/{CHECKING}"):
        assert refusal(get(other_app, path, token)) == (403, 403, "Subscription not found")


@pytest.mark.parametrize(
    ("user", "expected"), [("mikomo_601", (404, 601)), ("mikomo_602", (401, 602))]
)
def test_users_that_stand_for_an_error_give_it(
    app: RecipientApp, user: str, expected: tuple[int, int]
) -> None:
    token = app.mint(user)["id_token"]

    assert refusal(get(app, "customers/v2/mikomo/current", token))[:2] == expected
