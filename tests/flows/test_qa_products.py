"""Products, as an app's tests go through them: each for the person who stands for it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.support.app import V3_HEADERS, RecipientApp, accounts_in
from tests.support.endpoints import WEALTHY, paths
from tests.support.network import RunningNetwork

CHECKING, EMPTY = "g833202fb0866d0ad83472c429", "5dbda8de"
ALL = "startTime=1990-01-01T00:00:00Z&endTime=2090-01-01T00:00:00Z"


def get(app: RecipientApp, path: str, token: str) -> Any:
    """The body of an answer that must be data."""
    headers = {"authorization": f"Bearer {token}", **V3_HEADERS}
    answer = requests.get(app.network.url + path, headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def every_row(app: RecipientApp, token: str, account: str, version: str = "v2") -> list[Any]:
    """All transactions of an account, page by page."""
    path: str | None = f"/transactions/{version}/mikomo/{account}?{ALL}&limit=500"
    found: list[Any] = []
    while path is not None:
        page = get(app, path, token)
        found += [fields for row in page["transactions"] for fields in row.values()]
        path = page.get("links", {}).get("next", {}).get("href")
    return found


@pytest.mark.parametrize(
    ("user", "count"),
    [
        *(("mikomo_1", 8), ("mikomo_2", 8), ("mikomo_3", 38), ("mikomo_5", 3), ("mikomo_6", 10)),
        *(("mikomo_9", 1), ("mikomo_10", 6), ("mikomo_11", 1), ("mikomo_2023", 6)),
    ],
)
def test_each_person_has_the_documented_accounts_on_all_three_lists_in_both_versions(
    app: RecipientApp, user: str, count: int
) -> None:
    token = app.mint(user)["id_token"]
    seen = [
        accounts_in(app.get(endpoint, token, version))
        for endpoint in ("accounts-info", "balances", "accounts")
        for version in ("v2", "v3")
    ]

    assert {len(each) for each in seen} == {count}
    assert len({frozenset(each) for each in seen}) == 1
    for each in seen[0::2]:
        assert each == seen[seen.index(each) + 1]


@pytest.mark.parametrize(
    ("user", "account", "count"),
    [
        ("mikomo_1", "1755209824", 20),
        ("mikomo_2", "474362798", 20),
        ("mikomo_5", "1221963501", 8),
        *(("mikomo_7", each, 1) for each in ("1602364511", "1316072226", "1417522980")),
        *(("mikomo_7", each, 1) for each in ("1222577818", "1254778531")),
        ("mikomo_10", CHECKING, 1360),
        ("mikomo_10", "839502593", 22),
        ("mikomo_10", "5426873", 4),
    ],
)
def test_each_account_has_the_documented_transactions_in_both_versions(
    app: RecipientApp, user: str, account: str, count: int
) -> None:
    token = app.mint(user)["id_token"]

    rows = every_row(app, token, account)

    assert len(rows) == count
    assert len({str(row["transactionId"]) for row in rows}) == count
    assert every_row(app, token, account, "v3") == rows


def test_mikomo_9_has_one_checking_account_with_1360_transactions(app: RecipientApp) -> None:
    token = app.mint("mikomo_9")["id_token"]
    [account] = accounts_in(app.get("accounts-info", token))

    assert len(every_row(app, token, account)) == 1360


def test_mikomo_6_has_accounts_without_transactions(app: RecipientApp) -> None:
    token = app.mint("mikomo_6")["id_token"]

    for account in accounts_in(app.get("accounts-info", token)):
        assert get(app, f"/transactions/v2/mikomo/{account}?{ALL}", token)["transactions"] == []


def test_mikomo_7_has_one_account_of_every_category(app: RecipientApp) -> None:
    token = app.mint("mikomo_7")["id_token"]
    listed = app.get("accounts", token).json()["accounts"]

    assert {category for entry in listed for category in entry} == {
        *("depositAccount", "loanAccount", "locAccount"),
        *("investmentAccount", "insuranceAccount", "annuityAccount"),
    }


def test_a_balance_of_zero_is_zero_and_not_left_out(app: RecipientApp) -> None:
    token = app.mint("mikomo_10")["id_token"]
    balances = accounts_in(app.get("balances", token))
    [empty] = [fields for each, fields in balances.items() if each.startswith(EMPTY)]

    assert (empty["currentBalance"], empty["availableBalance"]) == (0, 0)
    assert balances[CHECKING]["currentBalance"] == 106717.06


def test_who_shares_some_accounts_shares_no_others_on_any_product(app: RecipientApp) -> None:
    everything = set(accounts_in(app.get("accounts-info", app.mint("mikomo_10")["id_token"])))
    shared = {CHECKING, "839502593"}
    token = app.mint("mikomo_10", shared)["id_token"]

    for endpoint in ("accounts-info", "balances", "accounts"):
        assert set(accounts_in(app.get(endpoint, token))) == shared
    for account in shared:
        get(app, f"/transactions/v2/mikomo/{account}", token)
        get(app, f"/contacts/v2/mikomo/{account}", token)
    for account in everything - shared:
        for path in (
            f"/transactions/v2/mikomo/{account}",
            f"/contacts/v2/mikomo/{account}",
            f"/payments/v2/mikomo/{account}/payment-networks",
            f"/statements/v2/mikomo/{account}",
        ):
            headers = {"authorization": f"Bearer {token}"}
            answer = requests.get(app.network.url + path, headers=headers, timeout=60)
            assert (answer.status_code, answer.json()["code"]) == (404, 701), path


def test_the_same_app_sees_each_person_under_their_own_tokens_only(app: RecipientApp) -> None:
    one, other = (app.mint(user)["id_token"] for user in ("mikomo_1", "mikomo_2"))

    first, second = (set(accounts_in(app.get("accounts", each))) for each in (one, other))

    assert not first & second
    crossed = app.get("accounts", one, accountIds=next(iter(second)))
    assert (crossed.status_code, crossed.json()["code"]) == (404, 701)


@pytest.fixture(scope="module")
def wealthy(network: RunningNetwork) -> str:
    """An id_token of the person who has something of everything."""
    return str(RecipientApp(network, network.secrets.sandbox).mint(WEALTHY)["id_token"])


@pytest.mark.parametrize("name", list(paths()))
def test_v3_answers_what_v2_does(app: RecipientApp, wealthy: str, name: str) -> None:
    second, third = (get(app, paths(version)[name], wealthy) for version in ("v2", "v3"))

    assert _without_hrefs(second) == _without_hrefs(third)


@pytest.mark.parametrize("name", ["transactions", "statements", "taxlots"])
def test_every_page_of_a_list_leads_on_and_back(app: RecipientApp, wealthy: str, name: str) -> None:
    times = f"{ALL}&" if name != "taxlots" else ""
    first = get(app, f"{paths()[name]}?{times}limit=1", wealthy)
    assert parse_qs(urlsplit(first["links"]["prev"]["href"]).query)["offset"] == ["0"]

    second = get(app, first["links"]["next"]["href"], wealthy)

    assert _without_hrefs(second) != _without_hrefs(first)
    back = get(app, second["links"]["prev"]["href"], wealthy)
    assert _without_hrefs(back) == _without_hrefs(first)


@pytest.mark.parametrize("name", ["transactions", "statements"])
def test_a_window_before_all_history_is_empty(app: RecipientApp, wealthy: str, name: str) -> None:
    old = "startTime=1950-01-01T00:00:00Z&endTime=1950-02-01T00:00:00Z"

    body = get(app, f"{paths()[name]}?{old}", wealthy)

    assert body[name] == []


def _without_hrefs(value: Any) -> Any:
    """The value without links, which name the version."""
    if isinstance(value, dict):
        return {name: _without_hrefs(each) for name, each in value.items() if name != "href"}
    return [_without_hrefs(each) for each in value] if isinstance(value, list) else value
