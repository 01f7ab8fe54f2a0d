"""Every sandbox user's answers against the contract's schemas, and field by field."""

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from tests.support.app import RecipientApp
from tests.support.contract import OPERATIONS, faults, fields
from tests.support.network import RunningNetwork

DATA = files("mikomo") / "data"
USERS = sorted(
    each.name.removesuffix(".json")
    for each in DATA.iterdir()
    if each.name.startswith("mikomo_") and not json.loads(each.read_text()).get("error")
)
# In no schema, yet in what banks send and apps read.
EVERYWHERE = {"displayName", "transactionsIncluded"}
NEVER = {"accountNumber", "routingTransitNumber"}

Accounts = dict[str, tuple[str, dict[str, Any]]]


def by_id(entries: list[dict[str, dict[str, Any]]]) -> Accounts:
    """Category and fields of each account by its id."""
    pairs = [pair for entry in entries for pair in entry.items()]
    return {account["accountId"]: (category, account) for category, account in pairs}


def at_the_bank(user: str) -> Accounts:
    """The accounts as the bank has them."""
    return by_id(json.loads((DATA / f"{user}.json").read_text())["accounts"])


@pytest.fixture(scope="module")
def token_of(network: RunningNetwork) -> Callable[[str], str]:
    """An id_token for all accounts of a user; each user is linked once."""
    app = RecipientApp(network, network.secrets.sandbox)
    tokens: dict[str, str] = {}

    def token(user: str) -> str:
        if user not in tokens:
            tokens[user] = app.mint(user)["id_token"]
        return tokens[user]

    return token


def test_all_sandbox_users_with_data_are_looked_at() -> None:
    assert len(USERS) == 10


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("endpoint", OPERATIONS)
@pytest.mark.parametrize("user", USERS)
def test_answer_keeps_the_strict_schema(
    app: RecipientApp, token_of: Callable[[str], str], user: str, endpoint: str, version: str
) -> None:
    answer = app.get(endpoint, token_of(user), version)

    assert answer.status_code == 200
    assert faults(f"strict.{OPERATIONS[endpoint]}", answer.json()) == []
    assert set(answer.json()) == {"accounts"}


@pytest.mark.parametrize("endpoint", OPERATIONS)
@pytest.mark.parametrize("user", USERS)
def test_answer_has_exactly_the_banks_accounts_with_the_products_fields(
    app: RecipientApp, token_of: Callable[[str], str], user: str, endpoint: str
) -> None:
    answered = by_id(app.get(endpoint, token_of(user)).json()["accounts"])

    expected = at_the_bank(user)
    assert set(answered) == set(expected)
    for account_id, (category, account) in answered.items():
        assert category == expected[account_id][0]
        permitted = fields(endpoint, category) | EVERYWHERE
        if endpoint == "accounts":
            # Here what no product knows passes too.
            assert permitted & set(expected[account_id][1]) <= set(account)
        else:
            assert set(account) == permitted & set(expected[account_id][1])
        assert not NEVER & set(account)


@pytest.mark.parametrize("user", USERS)
def test_values_arrive_as_the_bank_wrote_them(
    app: RecipientApp, token_of: Callable[[str], str], user: str
) -> None:
    answered = by_id(app.get("accounts", token_of(user)).json()["accounts"])

    for account_id, (_, original) in at_the_bank(user).items():
        account = answered[account_id][1]
        same = {name for name in account if name not in {"holdings", "transactionsIncluded"}}
        assert {name: account[name] for name in same} == {
            name: original[name] for name in same if name in original
        }


def test_schemas_would_catch_wrong_answers() -> None:
    account = {"accountId": "1", "currentBalance": 1.0}
    wrong: list[dict[str, object]] = [
        {},
        {"accounts": [{"depositAccount": {**account, "currentBalance": "1.00"}}]},
        {"accounts": [{"unknownAccount": account}]},
        {"accounts": [{"depositAccount": account, "loanAccount": account}]},
    ]
    for document in wrong:
        assert faults("strict.get-balances", document), document
    assert faults("strict.get-balances", {"accounts": [{"depositAccount": account}]}) == []


def test_errors_keep_the_documented_form(app: RecipientApp) -> None:
    token = app.mint("mikomo_5")["id_token"]
    answers = [
        app.get("balances", "wrong"),
        app.get("balances", token, unknown="1"),
        app.get("balances", token, accountIds="unknown"),
        app.get("balances", token, "v9"),
        app.get("balances", token, "v3", {}),
        *(app.get("balances", app.mint(f"mikomo_{code}")["id_token"]) for code in (500, 601, 704)),
    ]
    for answer in answers:
        assert answer.status_code >= 400
        assert faults("v24.error", answer.json()) == []


def test_token_answers_keep_the_documented_form(app: RecipientApp) -> None:
    tokens = app.mint("mikomo_5")

    assert faults("token.tokenResponse", tokens) == []
    assert faults("token.tokenResponse", app.refresh(tokens["refresh_token"]).json()) == []
