"""Transactions: path, query, window, and the form of the answer."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from easement.connectors.errors import BankAnswerError, BankTimeoutError, NoSuchPageError
from easement.connectors.model import (
    CallContext,
    ListPage,
    PageRequest,
    TimeWindow,
    Transaction,
)
from easement.products.model import Product
from easement.providers.entitlements import Rule

PATH = "/transactions/v2/mikomo/a1"


def row(number: int, wrapper: str = "depositTransaction", **more: str) -> Transaction:
    """Fields are given as the JSON text the bank wrote."""
    written = {"transactionId": json.dumps(f"t{number}"), "amount": "100.00", **more}
    fields = {name: msgspec.Raw(text.encode()) for name, text in written.items()}
    return Transaction(wrapper, wrapper.replace("Transaction", "Account"), fields)


@dataclass
class FakeReader:
    """Pages of the given rows, cut as a provider with offsets would."""

    rows: list[Transaction] = field(default_factory=lambda: [row(1), row(2), row(3)])
    asked: list[tuple[CallContext, str, TimeWindow, PageRequest]] = field(default_factory=list)
    error: Exception | None = None

    async def page(
        self, call: CallContext, account_id: str, window: TimeWindow, page: PageRequest
    ) -> ListPage[Transaction]:
        self.asked.append((call, account_id, window, page))
        if self.error is not None:
            raise self.error
        start = 0 if page.offset.startswith("k") else int(page.offset)
        end = start + page.limit
        following = str(end) if end < len(self.rows) else None
        return ListPage(self.rows[start:end], str(max(0, start - page.limit)), following)


@pytest.fixture
def reader(world: Any) -> FakeReader:
    """The bank's transactions; the app and its token have the product."""
    world.allow(*Product)
    world.connector.transactions = FakeReader()
    return world.connector.transactions  # type: ignore[no-any-return]


def ids(answer: Any) -> list[str]:
    return [next(iter(item.values()))["transactionId"] for item in answer.json["transactions"]]


def asked_window(reader: FakeReader) -> tuple[datetime, datetime]:
    [(_, _, window, _)] = reader.asked
    return window.start, window.end


@pytest.mark.parametrize("slash", ["", "/"])
async def test_rows_come_in_their_wrappers_with_values_as_written(
    world: Any, reader: FakeReader, slash: str
) -> None:
    reader.rows = [row(1), row(2, "investmentTransaction", units='{"n": [1.10]}')]
    answer = await world.get(PATH + slash)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    _, _, body = answer.body.partition(b'"transactions":')
    assert body == (
        b'[{"depositTransaction":{"transactionId":"t1","amount":100.00}},'
        b'{"investmentTransaction":{"transactionId":"t2","amount":100.00,"units":{"n": [1.10]}}}]}'
    )
    [(context, account_id, _, page)] = reader.asked
    assert (account_id, page) == ("a1", PageRequest("0", 50))
    assert context.access_token == "bank token of conn1"


async def test_without_times_the_window_is_the_last_fifteen_days(
    world: Any, reader: FakeReader
) -> None:
    world.clock.advance(timedelta(days=100))
    before = world.clock.now()
    await world.get(PATH)
    start, end = asked_window(reader)
    assert before.replace(microsecond=0) <= end <= world.clock.now()
    assert start == end - timedelta(days=15)


async def test_links_keep_the_window_of_the_first_call_while_time_passes(
    world: Any, reader: FakeReader
) -> None:
    first = await world.get(PATH + "?limit=1")
    world.clock.advance(timedelta(days=3))
    await world.get(first.json["links"]["next"]["href"])
    (_, _, window, _), (_, _, later, page) = reader.asked
    assert later == window
    assert page == PageRequest("1", 1)


async def test_links_are_relative_sorted_and_encoded(world: Any, reader: FakeReader) -> None:
    times = "startTime=2026-01-02T00:00:00Z&endTime=2026-02-03T00:00:00Z"
    both = "endTime=2026-02-03T00%3A00%3A00Z&limit=1"
    rest = "startTime=2026-01-02T00%3A00%3A00Z"
    first = await world.get(f"{PATH}?{times}&limit=1")
    assert first.json["links"] == {
        "next": {"href": f"{PATH}?{both}&offset=1&{rest}"},
        "prev": {"href": f"{PATH}?{both}&offset=0&{rest}"},
    }
    last = await world.get(f"{PATH}?{times}&limit=1&offset=2&mode=raw")
    assert last.json["links"] == {
        "prev": {"href": f"{PATH}?{both}&mode=raw&offset=1&{rest}"},
    }


async def test_no_rows_are_an_empty_list_and_nothing_else(world: Any, reader: FakeReader) -> None:
    reader.rows = []
    answer = await world.get(PATH)
    assert (answer.status, answer.json) == (200, {"transactions": []})


async def test_an_offset_behind_the_end_still_leads_back(world: Any, reader: FakeReader) -> None:
    answer = await world.get(PATH + "?offset=100&limit=10")
    assert answer.json["transactions"] == []
    assert set(answer.json["links"]) == {"prev"}
    assert "offset=90" in answer.json["links"]["prev"]["href"]


GOOD = "2026-01-02T00:00:00Z"


@pytest.mark.parametrize("written", ["yesterday", "2026-02-30T00:00:00Z", "2026-01-02T03:04:05"])
async def test_what_is_no_time_is_400_702_and_the_bank_is_not_asked(
    world: Any, reader: FakeReader, written: str
) -> None:
    for query in (f"startTime={written}&endTime={GOOD}", f"startTime={GOOD}&endTime={written}"):
        answer = await world.get(f"{PATH}?{query}")
        assert answer.error == (400, 702)
        assert answer.json["message"] == "Invalid start or end date"
        assert "RFC 3339" in answer.json["debugMessage"]
    assert reader.asked == []


async def test_a_plus_that_came_as_a_blank_is_explained(world: Any, reader: FakeReader) -> None:
    answer = await world.get(f"{PATH}?startTime=2026-01-02T03:04:05+02:00&endTime={GOOD}")
    assert "%2B" in answer.json["debugMessage"]


@pytest.mark.parametrize(
    "query",
    [
        f"startTime={GOOD}",
        f"endTime={GOOD}",
        f"startTime={GOOD}&endTime=2026-01-01T23:59:59.999Z",
        "startTime=2026-01-02T00:00:00.000001Z&endTime=2026-01-02T00:00:00Z",
        "startTime=2026-01-02T00:00:00-01:00&endTime=2026-01-02T00:30:00Z",
        "startTime=2026-01-03&endTime=2026-01-02",
    ],
)
async def test_half_a_window_or_one_that_ends_before_it_starts_is_400_703(
    world: Any, reader: FakeReader, query: str
) -> None:
    answer = await world.get(f"{PATH}?{query}")
    assert answer.error == (400, 703)
    assert answer.json["message"] == "Invalid date range"
    assert reader.asked == []


@pytest.mark.parametrize(
    "query",
    [
        "unknown=1",
        "accountIds=a1",
        "starttime=2026-01-01T00:00:00Z",
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=ten",
        "limit=",
        "offset=",
        "offset=-1",
        "offset=1.5",
        "offset=9999999999",
        "offset=%D9%A1",
        "offset=k%2F",
        "offset=k" + "x" * 5000,
        "startTime=&endTime=",
        "offset=1&offset=2",
        "mode=RAW",
    ],
)
async def test_a_bad_parameter_is_400_401(world: Any, reader: FakeReader, query: str) -> None:
    answer = await world.get(f"{PATH}?{query}")
    assert answer.error == (400, 401)
    assert answer.json["debugMessage"]
    assert reader.asked == []


@pytest.mark.parametrize(
    "query", ["limit=500", "limit=1&offset=0", "offset=999999999", "offset=000", "mode=raw"]
)
async def test_documented_parameters_are_taken(world: Any, reader: FakeReader, query: str) -> None:
    assert (await world.get(f"{PATH}?{query}")).status == 200


async def test_a_cursor_of_the_provider_reaches_it_unchanged(
    world: Any, reader: FakeReader
) -> None:
    await world.get(f"{PATH}?offset=kAb-c_9&limit=7")
    assert reader.asked[0][3] == PageRequest("kAb-c_9", 7)


async def test_an_offset_that_is_no_page_of_the_provider_is_400_401(
    world: Any, reader: FakeReader
) -> None:
    reader.error = NoSuchPageError("offset must be a whole number.")
    answer = await world.get(f"{PATH}?offset=kAb")
    assert answer.error == (400, 401)
    assert answer.json["debugMessage"] == "offset must be a whole number."


@pytest.mark.parametrize("account_id", ["a3", "A1", "nobody", "%00", "ü", "a1,a2", "x" * 900])
async def test_an_account_without_consent_is_404_701_and_the_bank_is_not_asked(
    world: Any, reader: FakeReader, account_id: str
) -> None:
    answer = await world.get(f"/transactions/v2/mikomo/{account_id}")
    assert answer.error == (404, 701)
    assert reader.asked == []


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/transactions/v2/mikomo", (404, 701)),
        ("/transactions/v2/mikomo/", (404, 701)),
        ("/transactions/v2/mikomo//", (404, 701)),
        ("/transactions/v2", (400, 401)),
        ("/transactions/v2/", (400, 401)),
        ("/transactions/v1/mikomo/a1", (403, 403)),
        ("/transactions/v2/mikomo/a1/t1", (403, 403)),
    ],
)
async def test_a_path_that_lacks_something_says_what(
    world: Any, reader: FakeReader, path: str, error: tuple[int, int]
) -> None:
    assert (await world.get(path)).error == error
    assert reader.asked == []


async def test_a_bank_without_transactions_is_501(world: Any, reader: FakeReader) -> None:
    world.connector.transactions = None
    answer = await world.get(PATH)
    assert answer.error == (501, 1106)


async def test_an_app_without_the_product_is_403(world: Any, reader: FakeReader) -> None:
    app = world.ports.apps["app1"]
    world.ports.apps["app1"] = replace(app, products=app.products - {Product.TRANSACTIONS})
    assert (await world.get(PATH)).error == (403, 403)
    assert reader.asked == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (BankAnswerError(404, 701, "Account not found", None), (404, 701)),
        (BankAnswerError(400, 702, "Invalid start or end date", None), (400, 702)),
        (BankAnswerError(503, 503, "Down", None), (503, 503)),
        (BankTimeoutError("slow"), (408, 408)),
    ],
)
async def test_what_the_bank_says_of_the_account_is_passed_on(
    world: Any, reader: FakeReader, error: Exception, expected: tuple[int, int]
) -> None:
    reader.error = error
    assert (await world.get(PATH)).error == expected


def follow(answer: Any, which: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.json["links"][which]["href"]).query)


async def test_prev_leads_back_page_by_page_to_the_first(world: Any, reader: FakeReader) -> None:
    reader.rows = [row(n) for n in range(10)]
    answer = await world.get(PATH + "?limit=4&offset=8")
    assert ids(answer) == ["t8", "t9"]
    answer = await world.get(answer.json["links"]["prev"]["href"])
    assert ids(answer) == ["t4", "t5", "t6", "t7"]
    assert follow(answer, "prev")["offset"] == ["0"]
    assert follow(answer, "next")["offset"] == ["8"]


async def test_the_policy_is_asked_by_the_category_of_the_account_and_of_each_row(
    world: Any, reader: FakeReader
) -> None:
    hides_investments = Rule(categories=frozenset({"investmentAccount"}), visible=False)
    world.decide(rules=(hides_investments, Rule(mask=("amount",))))
    reader.rows = [row(1), row(2, "investmentTransaction"), row(3)]
    answer = await world.get(PATH)
    assert answer.json["transactions"] == [
        {"depositTransaction": {"transactionId": "t1"}},
        {"depositTransaction": {"transactionId": "t3"}},
    ]


async def test_masks_of_the_accounts_category_hold_for_rows_of_another(
    world: Any, reader: FakeReader
) -> None:
    world.decide(
        rules=(
            Rule(categories=frozenset({"depositAccount"}), mask=("amount",)),
            Rule(categories=frozenset({"locAccount"}), mask=("memo",)),
        )
    )
    reader.rows = [row(1, memo='"m"'), row(2, "locTransaction", memo='"m"')]
    assert (await world.get(PATH)).json["transactions"] == [
        {"depositTransaction": {"transactionId": "t1", "memo": "m"}},
        {"locTransaction": {"transactionId": "t2"}},
    ]


async def test_an_account_that_the_policy_hides_is_404_701(world: Any, reader: FakeReader) -> None:
    world.decide(rules=(Rule(categories=frozenset({"depositAccount"}), visible=False),))
    assert (await world.get(PATH)).error == (404, 701)
    assert reader.asked == []


async def test_without_a_rule_by_category_the_account_is_not_looked_up(
    world: Any, reader: FakeReader
) -> None:
    world.decide(rules=(Rule(mask=("amount",)),))
    assert ids(await world.get(PATH)) == ["t1", "t2", "t3"]
    assert world.connector.records.asked == []
    assert len(reader.asked) == 1
