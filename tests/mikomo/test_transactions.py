"""The rows of an account, as a network gets them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mikomo.answers import check, refusal
from tests.mikomo.network import Network

CHECKING = "/accounts/g833202fb0866d0ad83472c429/transactions"
EMPTY = "/accounts/5dbda8de96eeff05f23934523a1fc258/transactions"
INVESTMENT = "/accounts/1755209824/transactions"


def row_of(entry: dict[str, Any]) -> dict[str, Any]:
    (row,) = entry.values()
    return row


def moment_of(entry: dict[str, Any]) -> datetime:
    row = row_of(entry)
    moment = datetime.fromisoformat(row.get("postedTimestamp") or row["transactionTimestamp"])
    return moment.replace(microsecond=0, tzinfo=moment.tzinfo or UTC)


def through_pages(get: Callable[[str], Any], path: str) -> list[dict[str, Any]]:
    """All rows from here to the last page; every page is as long as it was asked to be."""
    rows: list[dict[str, Any]] = []
    follow: str | None = path
    total = None
    while follow:
        answer = get(follow)
        asked = dict(parse_qsl(urlsplit(follow).query))
        offset, limit = int(asked.get("offset", "0")), int(asked.get("limit", "50"))
        total = answer["page"]["totalElements"] if total is None else total
        assert answer["page"]["totalElements"] == total
        assert len(answer["transactions"]) == max(0, min(limit, total - offset))
        rows += answer["transactions"]
        follow = answer["links"].get("next", {}).get("href")
        assert answer["page"].get("nextOffset") == (str(offset + limit) if follow else None)
    return rows


@pytest.fixture(scope="session")
def get(program, access_token_of) -> Callable[[str], Any]:
    """The answers to mikomo_10's network, which must be 200."""
    network, token = Network(program.url), access_token_of("mikomo_10")

    def answer(path: str) -> Any:
        answered = network.get(path, token)
        assert answered.status_code == 200, answered.text
        return answered.json()

    return answer


@pytest.fixture(scope="session")
def every_row(get) -> list[dict[str, Any]]:
    rows = through_pages(get, f"{CHECKING}?limit=500")
    assert len(rows) == 1360
    return rows


@pytest.mark.parametrize(
    "username",
    [f"mikomo_{number}" for number in (1, 2, 3, 5, 6, 7, 9, 10, 11, 2023)]
    + [f"GenericUser_{name}" for name in ("Pfm", "LendingAndCredit", "Payments", "Wealth", "Tax")],
)
def test_all_transactions_fit_the_contract(network, access_token_of, username) -> None:
    token = access_token_of(username)
    for envelope in network.get("/accounts", token).json()["accounts"]:
        (account,) = envelope.values()
        path = f"/accounts/{account['accountId']}/transactions?limit=500"
        rows = through_pages(lambda path: network.get(path, token).json(), path)
        check({"transactions": rows[:200]}, "strict.get-transactions")
        assert len({row_of(entry)["transactionId"] for entry in rows}) == len(rows)
        moments = [moment_of(entry) for entry in rows]
        newest_first = "investmentAccount" in envelope
        assert moments == sorted(moments, reverse=newest_first)


def test_rows_come_in_one_order_and_each_once(every_row) -> None:
    assert len({row_of(entry)["transactionId"] for entry in every_row}) == len(every_row)
    moments = [moment_of(entry) for entry in every_row]
    assert moments == sorted(moments)


def test_without_paging_the_first_fifty_come(get, every_row) -> None:
    answer = get(CHECKING)
    assert list(answer) == ["page", "links", "transactions"]
    assert answer["transactions"] == every_row[:50]
    assert answer["page"] == {"totalElements": 1360, "nextOffset": "50"}
    assert answer["links"] == {"next": {"href": f"{CHECKING}?limit=50&offset=50"}}


def test_the_neighbouring_pages_keep_the_window(get, every_row) -> None:
    window = {
        "startTime": moment_of(every_row[100]).isoformat(),
        "endTime": moment_of(every_row[-100]).isoformat(),
    }
    answer = get(f"{CHECKING}?{urlencode({**window, 'offset': 30, 'limit': 20})}")
    for name, offset in (("next", 50), ("prev", 10)):
        href = urlsplit(answer["links"][name]["href"])
        assert href.path == CHECKING
        assert parse_qsl(href.query) == [
            ("endTime", window["endTime"]),
            ("limit", "20"),
            ("offset", str(offset)),
            ("startTime", window["startTime"]),
        ]
        assert answer["page"][f"{name}Offset"] == str(offset)


def test_a_page_beyond_the_end_is_empty_and_leads_back(get) -> None:
    answer = get(f"{CHECKING}?offset=5000&limit=100")
    assert answer["transactions"] == []
    assert answer["links"] == {"prev": {"href": f"{CHECKING}?limit=100&offset=1260"}}


def test_an_account_without_rows_answers_with_none(get) -> None:
    assert get(EMPTY) == {"page": {"totalElements": 0}, "links": {}, "transactions": []}
    assert get(f"{EMPTY}?startTime=2020-01-01&endTime=2020-01-02")["transactions"] == []


def test_rows_are_served_as_they_are_written(network, access_token_of) -> None:
    answer = network.get(INVESTMENT, access_token_of("mikomo_1"))
    assert len(answer.json()["transactions"]) == 20
    moments = [moment_of(entry) for entry in answer.json()["transactions"]]
    assert moments == sorted(moments, reverse=True)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_window_pages_to_each_of_its_rows_once_and_in_order(get, every_row, data) -> None:
    moments = st.sampled_from([moment_of(entry) for entry in every_row])
    near = st.builds(
        lambda moment, seconds: moment + timedelta(seconds=seconds),
        moments,
        st.sampled_from([0, 0, -1, 1, 86_400, -86_400]),
    )
    start, end = sorted((data.draw(near), data.draw(near)))
    zone = data.draw(st.sampled_from(["Z", "+00:00", "-05:00"]))
    within = [entry for entry in every_row if start <= moment_of(entry) <= end]
    limit = data.draw(st.integers(max(1, len(within) // 12), 500))
    query = {"startTime": spelled(start, zone), "endTime": spelled(end, zone), "limit": limit}
    assert through_pages(get, f"{CHECKING}?{urlencode(query)}") == within


def spelled(moment: datetime, zone: str) -> str:
    if zone == "Z":
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.astimezone(datetime.strptime(zone, "%z").tzinfo).isoformat()


def test_a_window_of_days_holds_all_of_the_first_and_the_last(get, every_row) -> None:
    first, last = moment_of(every_row[200]).date(), moment_of(every_row[260]).date()
    answer = get(f"{CHECKING}?startTime={first}&endTime={last}&limit=500")
    assert answer["transactions"] == [
        entry for entry in every_row if first <= moment_of(entry).date() <= last
    ]


def test_a_plus_that_was_not_escaped_is_understood(get, every_row) -> None:
    moment = moment_of(every_row[7]).astimezone(UTC).isoformat()
    assert "+" in moment
    answer = get(f"{CHECKING}?startTime={moment}&endTime={moment}")
    assert every_row[7] in answer["transactions"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("startTime=2020-01-01T00:00:00Z", (400, 703)),
        ("endTime=2020-01-01T00:00:00Z", (400, 703)),
        ("startTime=2020-01-02&endTime=2020-01-01", (400, 703)),
        ("startTime=2020-01-01T00:00:01Z&endTime=2020-01-01T00:00:00Z", (400, 703)),
        ("startTime=2020-01-01T00:00:00-05:00&endTime=2020-01-01T04:59:59Z", (400, 703)),
        ("startTime=yesterday&endTime=2020-01-01", (400, 702)),
        ("startTime=2020-01-01&endTime=2020-02-30", (400, 702)),
        ("startTime=&endTime=", (400, 702)),
        ("startTime=1577836800&endTime=1577836800", (400, 702)),
        ("limit=0", (400, 401)),
        ("limit=501", (400, 401)),
        ("limit=", (400, 401)),
        ("limit=50.0", (400, 401)),
        ("offset=-1", (400, 401)),
        ("offset=1000001", (400, 401)),
        ("offset=ten", (400, 401)),
        ("offset=1&offset=2", (400, 401)),
        ("startTime=%FF&endTime=2020-01-01", (400, 401)),
    ],
)
def test_a_bad_question_is_told_what_was_expected(network, access_token_of, query, expected):
    answer = network.get(f"{CHECKING}?{query}", access_token_of("mikomo_10"))
    assert refusal(answer) == expected


def test_an_unknown_account_is_701_before_anything_else(network, access_token_of) -> None:
    path = "/accounts/1755209824/transactions?limit=0"
    assert refusal(network.get(path, access_token_of("mikomo_10"))) == (404, 701)
