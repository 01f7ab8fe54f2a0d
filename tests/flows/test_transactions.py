"""Transactions from app to bank: windows, pages and refusals."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.support import contract
from tests.support.app import V3_HEADERS, RecipientApp
from tests.support.network import Calendar

CHECKING = "g833202fb0866d0ad83472c429"
BROKERAGE = "5426873"
ALL = "startTime=2000-01-01T00:00:00Z&endTime=2100-01-01T00:00:00Z"


def get(app: RecipientApp, token: str, href: str, **headers: str) -> requests.Response:
    sent = {"authorization": f"Bearer {token}", **headers}
    return requests.get(app.network.url + href, headers=sent, timeout=60)


def rows(answer: requests.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [fields for row in answer.json()["transactions"] for fields in row.values()]


def ids(answer: requests.Response) -> list[str]:
    return [str(row["transactionId"]) for row in rows(answer)]


def refusal(answer: requests.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def chain(app: RecipientApp, token: str, href: str) -> list[requests.Response]:
    """All pages from `href` to the last one."""
    pages = [get(app, token, href)]
    while following := pages[-1].json().get("links", {}).get("next"):
        assert len(pages) < 100
        pages.append(get(app, token, following["href"]))
    return pages


@pytest.fixture(scope="module")
def token(network: Any) -> str:
    """An id_token for two of the six accounts of mikomo_10."""
    app = RecipientApp(network, network.secrets.sandbox)
    return str(app.mint("mikomo_10", [CHECKING, BROKERAGE])["id_token"])


def path(account_id: str = CHECKING, query: str = ALL, version: str = "v2") -> str:
    return f"/transactions/{version}/mikomo/{account_id}?{query}"


@pytest.mark.parametrize("limit", [500, 137])
def test_next_leads_through_all_rows_of_the_account_once(
    app: RecipientApp, token: str, limit: int
) -> None:
    pages = chain(app, token, path(query=f"{ALL}&limit={limit}"))

    found = [each for page in pages for each in ids(page)]
    assert len(found) == len(set(found)) == 1360
    assert [len(ids(page)) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert all("prev" in page.json()["links"] for page in pages)


def test_rows_keep_to_the_contract(app: RecipientApp, token: str) -> None:
    for account_id in (CHECKING, BROKERAGE):
        answer = get(app, token, path(account_id))
        assert rows(answer)
        assert contract.faults("strict.get-transactions", answer.json()) == []


def test_prev_leads_back_to_the_first_page(app: RecipientApp, token: str) -> None:
    first = get(app, token, path())
    second = get(app, token, first.json()["links"]["next"]["href"])

    back = get(app, token, second.json()["links"]["prev"]["href"])

    assert back.json() == first.json()
    assert len(ids(first)) == 50
    assert parse_qs(urlsplit(first.json()["links"]["prev"]["href"]).query)["offset"] == ["0"]


def test_links_are_relative_sorted_and_percent_encoded(app: RecipientApp, token: str) -> None:
    query = "startTime=2000-01-01T00:00:00Z&limit=5&endTime=2100-01-01T00:00:00Z"

    links = get(app, token, path(query=query)).json()["links"]

    assert links["next"]["href"] == (
        f"/transactions/v2/mikomo/{CHECKING}?endTime=2100-01-01T00%3A00%3A00Z"
        "&limit=5&offset=5&startTime=2000-01-01T00%3A00%3A00Z"
    )


def moment(row: dict[str, Any]) -> datetime:
    written = row.get("postedTimestamp") or row["transactionTimestamp"]
    read = datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_window_holds_its_rows_and_no_others(app: RecipientApp, token: str) -> None:
    pages = chain(app, token, path(query=f"{ALL}&limit=500"))
    posted = {str(row["transactionId"]): moment(row) for page in pages for row in rows(page)}
    ordered = sorted(posted.values())
    start = ordered[400].replace(microsecond=0)
    end = ordered[700].replace(microsecond=0)

    times = f"startTime={utc(start)}&endTime={utc(end)}"
    found = {each for page in chain(app, token, path(query=times)) for each in ids(page)}

    assert found == {each for each, moment in posted.items() if start <= moment <= end}
    assert 250 < len(found) < 350


@pytest.fixture
def recent(app: RecipientApp) -> tuple[str, str]:
    """An id_token of mikomo_2023, and her account with the most rows of these days."""
    token = app.mint("mikomo_2023")["id_token"]
    listed = app.get("accounts-info", token).json()["accounts"]
    accounts = [fields["accountId"] for entry in listed for fields in entry.values()]
    count = {each: len(ids(get(app, token, path(each, "limit=500")))) for each in accounts}
    return token, max(accounts, key=count.__getitem__)


def test_without_times_the_last_fifteen_days_come(
    network: Any, app: RecipientApp, recent: tuple[str, str]
) -> None:
    token, account_id = recent
    now = network.clock.now()

    found = [moment(row) for row in rows(get(app, token, path(account_id, "limit=500")))]

    assert len(found) >= 2
    earliest = now - timedelta(days=15, minutes=5)
    assert all(earliest <= each <= now + timedelta(minutes=5) for each in found)


def test_links_keep_the_window_while_time_passes(
    app: RecipientApp, recent: tuple[str, str], calendar: Calendar
) -> None:
    token, account_id = recent
    every = ids(get(app, token, path(account_id, "limit=500")))
    first = get(app, token, path(account_id, "limit=1"))
    calendar.pass_time(days=20)

    token = app.mint("mikomo_2023")["id_token"]
    rest = chain(app, token, first.json()["links"]["next"]["href"])

    assert [*ids(first), *(each for page in rest for each in ids(page))] == every


def test_before_the_history_the_list_is_empty(app: RecipientApp, token: str) -> None:
    old = "startTime=1990-01-01T00:00:00Z&endTime=1990-02-01T00:00:00Z"

    answer = get(app, token, path(query=old))

    assert (answer.status_code, answer.json()) == (200, {"transactions": []})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("startTime=2020-01-01T00:00:00Z", (400, 703)),
        ("endTime=2020-01-01T00:00:00Z", (400, 703)),
        ("startTime=2020-01-02T00:00:00Z&endTime=2020-01-01T00:00:00Z", (400, 703)),
        ("startTime=yesterday&endTime=2020-01-01T00:00:00Z", (400, 702)),
        ("startTime=2020-02-30T00:00:00Z&endTime=2020-03-01T00:00:00Z", (400, 702)),
        ("limit=0", (400, 401)),
        ("limit=501", (400, 401)),
        ("offset=abc", (400, 401)),
        ("unknown=1", (400, 401)),
        ("accountIds=1", (400, 401)),
    ],
)
def test_a_bad_query_hears_the_documented_code(
    app: RecipientApp, token: str, query: str, expected: tuple[int, int]
) -> None:
    assert refusal(get(app, token, path(query=query))) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/transactions/v2/mikomo", (404, 701)),
        ("/transactions/v2/mikomo/", (404, 701)),
        ("/transactions/v2", (400, 401)),
        ("/transactions/v1/mikomo/x", (403, 403)),
        ("/transactions/v2/nobank/x", (403, 403)),
        ("/transactions/v2/mikomo/839502593", (404, 701)),
        ("/transactions/v2/mikomo/nobody", (404, 701)),
        (f"/transactions/v2/mikomo/{CHECKING}/x", (403, 403)),
    ],
)
def test_a_path_without_consent_or_form_hears_the_documented_code(
    app: RecipientApp, token: str, written: str, expected: tuple[int, int]
) -> None:
    assert refusal(get(app, token, written)) == expected


def test_v3_answers_the_same_with_its_headers(app: RecipientApp, token: str) -> None:
    third = get(app, token, path(version="v3"), **V3_HEADERS)

    assert ids(third) == ids(get(app, token, path()))
    assert third.json()["links"]["next"]["href"].startswith("/transactions/v3/")
    assert refusal(get(app, token, path(version="v3"))) == (400, 401)


def test_a_revoked_consent_ends_the_chain_of_pages(app: RecipientApp) -> None:
    tokens = app.mint("mikomo_10", [CHECKING])
    first = get(app, tokens["id_token"], path())
    app.revoke(tokens["refresh_token"])

    answer = get(app, tokens["id_token"], first.json()["links"]["next"]["href"])

    assert refusal(answer) == (401, 602)
