"""The bank's transactions, well-behaved and not."""

import base64
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

import pytest

from easement.connectors import registry
from easement.connectors.errors import BankAnswerError, BankMalformedError, NoSuchPageError
from easement.connectors.fdx_v5 import paging
from easement.connectors.model import CallContext, PageRequest, TimeWindow
from easement.platform.clock import SystemClock
from easement.platform.http import open_http_client

PATH = "/fdx/v5/accounts/a1/transactions"
CALL = CallContext("at1", "Root=1-x", "user", {"x-akoya-intent-type": "nonpayments"})
WINDOW = TimeWindow(datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 31, 12, tzinfo=UTC))
FIRST = PageRequest("0", 50)


def rows(*numbers: int) -> list[dict[str, Any]]:
    return [{"depositTransaction": {"transactionId": f"t{n}"}} for n in numbers]


def numbers(page: Any) -> list[int]:
    return [int(json.loads(bytes(row.fields["transactionId"]))[1:]) for row in page.items]


def queries(bank: Any, path: str = PATH) -> list[dict[str, str]]:
    return [dict(parse_qsl(r.target.partition("?")[2])) for r in bank.to(path)]


@pytest.fixture
async def of_kind(settings: dict[str, str]) -> AsyncIterator[Callable[..., Any]]:
    """Gives the reader of a bank with further settings."""
    async with open_http_client() as http:

        def build(**more: str) -> Any:
            entry = {**settings, **more}
            return registry.build("fdx_v5", entry, "s", http, SystemClock()).transactions

        yield build


async def test_a_page_is_asked_for_by_one_call_with_the_headers_of_the_contract(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, {"page": {"totalElements": 2}, "transactions": rows(1, 2)}))
    page = await connector.transactions.page(CALL, "a1", WINDOW, FIRST)
    assert numbers(page) == [1, 2]
    assert (page.previous, page.following) == ("0", None)
    [request] = bank.received
    assert request.target == (
        f"{PATH}?startTime=2026-01-02T00:00:00Z&endTime=2026-01-31T12:00:00Z&limit=50&offset=0"
    )
    assert request.headers["authorization"] == "Bearer at1"
    assert request.headers["x-fapi-interaction-id"] == "Root=1-x"
    assert request.headers["fdx-api-actor-type"] == "USER"
    assert request.headers["x-akoya-intent-type"] == "nonpayments"


async def test_an_account_id_of_any_characters_is_one_segment_of_the_path(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    path = "/fdx/v5/accounts/a%2F..%2F%3Fb%20%C3%BC%25/transactions"
    bank.on(path, make_answer(200, {"transactions": []}))
    await connector.transactions.page(CALL, "a/../?b ü%", WINDOW, FIRST)
    assert len(bank.to(path)) == 1


async def test_values_keep_every_byte_that_the_bank_wrote(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    body = (
        b'{"transactions":[{"locTransaction":{"amount":-100.00,"memo":"caf\\u00e9 \xc3\xa9",'
        b'"x":{"y":[1.10, null]},"big":12345678901234567890.123456789}}],'
        b'"page":{"totalElements":1}}'
    )
    bank.on(PATH, make_answer(200, body))
    [row] = (await connector.transactions.page(CALL, "a1", WINDOW, FIRST)).items
    assert (row.wrapper, row.category) == ("locTransaction", "locAccount")
    assert {name: bytes(raw) for name, raw in row.fields.items()} == {
        "amount": b"-100.00",
        "memo": b'"caf\\u00e9 \xc3\xa9"',
        "x": b'{"y":[1.10, null]}',
        "big": b"12345678901234567890.123456789",
    }


EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("time_format", "sent"),
    [
        ("seconds", ("2026-01-01T18:30:00Z", "2026-01-31T12:00:02Z")),
        ("milliseconds", ("2026-01-01T18:30:00.000Z", "2026-01-31T12:00:01.001Z")),
        ("offset", ("2026-01-01T18:30:00+00:00", "2026-01-31T12:00:02+00:00")),
    ],
)
async def test_times_go_out_in_the_banks_format_and_never_narrower(
    bank: Any, of_kind: Any, make_answer: Any, time_format: str, sent: tuple[str, str]
) -> None:
    window = TimeWindow(
        datetime(2026, 1, 2, microsecond=400, tzinfo=EAST),
        datetime(2026, 1, 31, 12, 0, 1, 1, tzinfo=UTC),
    )
    bank.on(PATH, make_answer(200, {"transactions": []}))
    await of_kind(time_format=time_format).page(CALL, "a1", window, FIRST)
    [query] = queries(bank)
    assert (query["startTime"], query["endTime"]) == sent


MALFORMED = [
    7,
    None,
    "text",
    [],
    {},
    {"depositTransaction": None},
    {"depositTransaction": []},
    {"transactionId": "flat"},
    {"pensionTransaction": {}},
    {"depositAccount": {}},
    {"depositTransaction": {}, "locTransaction": {}},
]


@pytest.mark.parametrize("bad", MALFORMED)
async def test_one_malformed_row_is_left_out_and_told_without_its_content(
    bank: Any, connector: Any, make_answer: Any, bad: Any, caplog: pytest.LogCaptureFixture
) -> None:
    bank.on(PATH, make_answer(200, {"transactions": [*rows(1), bad, *rows(2)], "page": {}}))
    with caplog.at_level(logging.WARNING):
        page = await connector.transactions.page(CALL, "a1", WINDOW, PageRequest("0", 3))
    assert numbers(page) == [1, 2]
    assert caplog.messages == ["1 of 3 transactions cannot be read and are left out [Root=1-x]"]


async def test_a_row_that_names_another_account_is_left_out(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    listed = rows(1, 2, 3, 4)
    for entry, account_id in zip(listed, ("a1", "a2", None, 7), strict=True):
        entry["depositTransaction"]["accountId"] = account_id
    answer = {"page": {"totalElements": 4}, "transactions": listed}
    bank.on(PATH, make_answer(200, answer))
    assert numbers(await connector.transactions.page(CALL, "a1", WINDOW, FIRST)) == [1, 3]


async def test_a_malformed_row_that_is_a_page_of_its_own_does_not_break_the_chain(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, {"transactions": [7], "page": {"nextOffset": "4"}}))
    page = await connector.transactions.page(CALL, "a1", WINDOW, PageRequest("3", 1))
    assert (page.items, page.following) == ([], "4")


async def test_a_list_of_which_nothing_can_be_read_is_malformed(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    flat = [{"transactionId": "1"}, {"transactionId": "2"}]
    bank.on(PATH, make_answer(200, {"transactions": flat, "page": {"totalElements": 2}}))
    with pytest.raises(BankMalformedError):
        await connector.transactions.page(CALL, "a1", WINDOW, FIRST)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"transactions": null}',
        b'{"transactions": {}}',
        b'{"transactions": [{"depositTransac',
        b'{"transactions": []} x',
        b'{"transactions": ' + b"[" * 100_000,
        b'{"transactions": [], "links": {"next": {"href": "http://[x"}}}',
    ],
)
async def test_a_body_that_is_no_list_is_malformed(
    bank: Any, connector: Any, make_answer: Any, body: bytes
) -> None:
    bank.on(PATH, make_answer(200, body))
    with pytest.raises(BankMalformedError):
        await connector.transactions.page(CALL, "a1", WINDOW, FIRST)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"page": None, "links": None},
        {"page": 7, "links": []},
        {"page": {"totalElements": "many", "nextOffset": {}}, "links": {"next": 7}},
        {"page": {"totalElements": True, "nextOffset": False}, "links": {"next": {"href": 7}}},
        {"links": {"next": None}},
    ],
)
async def test_nonsense_about_pages_counts_as_not_said(
    bank: Any, connector: Any, make_answer: Any, more: dict[str, Any]
) -> None:
    bank.on(
        PATH,
        make_answer(200, {"transactions": rows(1), **more}),
        make_answer(200, {"transactions": []}),
    )
    page = await connector.transactions.page(CALL, "a1", WINDOW, PageRequest("0", 1))
    assert (numbers(page), page.following) == ([1], None)


async def test_no_data_found_is_an_empty_page_and_other_errors_are_passed_on(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(404, {"code": "1107", "message": "No data found"}))
    page = await connector.transactions.page(CALL, "a1", WINDOW, FIRST)
    assert (page.items, page.following) == ([], None)
    bank.on(PATH, make_answer(404, {"code": "701", "message": "Account not found"}))
    with pytest.raises(BankAnswerError):
        await connector.transactions.page(CALL, "a1", WINDOW, FIRST)


async def test_a_bank_with_a_small_page_is_asked_until_ours_is_full(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(
        PATH,
        make_answer(200, {"transactions": rows(10, 11), "page": {"nextOffset": 12}}),
        make_answer(200, {"transactions": rows(12, 13), "page": {"nextOffset": "14"}}),
        make_answer(200, {"transactions": rows(14), "page": {"nextOffset": "15"}}),
    )
    page = await connector.transactions.page(CALL, "a1", WINDOW, PageRequest("10", 5))
    assert numbers(page) == [10, 11, 12, 13, 14]
    assert (page.previous, page.following) == ("5", "15")
    assert [(q["offset"], q["limit"]) for q in queries(bank)] == [
        ("10", "5"),
        ("12", "3"),
        ("14", "1"),
    ]


async def test_a_link_of_the_bank_is_followed_at_its_own_address(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    link = {"next": {"href": "https://evil.example/x?limit=1&offset=1"}}
    bank.on(
        PATH,
        make_answer(200, {"transactions": rows(0), "links": link}),
        make_answer(200, {"transactions": rows(1), "links": {"prev": {"href": "/"}}}),
    )
    page = await connector.transactions.page(CALL, "a1", WINDOW, FIRST)
    assert (numbers(page), page.following) == ([0, 1], None)
    assert [q["offset"] for q in queries(bank)] == ["0", "1"]


@pytest.mark.parametrize("kind", ["offset", "page_key"])
async def test_a_bank_whose_list_never_fills_a_page_is_given_up(
    bank: Any, of_kind: Any, make_answer: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "_MAX_CALLS", 4)
    pages = [{"nextOffset": str(n), "nextPageKey": f"k{n}"} for n in range(1, 9)]
    bank.on(PATH, *(make_answer(200, {"transactions": rows(7), "page": p}) for p in pages))
    page = await of_kind(paging=kind).page(CALL, "a1", WINDOW, FIRST)
    assert len(bank.received) == len(page.items) == 4
    assert page.following is not None


async def test_a_page_key_that_leads_back_is_malformed(
    bank: Any, of_kind: Any, make_answer: Any
) -> None:
    pages = [{"nextPageKey": key} for key in ("a", "b", "a")]
    bank.on(PATH, *(make_answer(200, {"transactions": rows(1), "page": p}) for p in pages))
    with pytest.raises(BankMalformedError):
        await of_kind(paging="page_key").page(CALL, "a1", WINDOW, FIRST)
    assert len(bank.received) == 3


async def test_page_keys_reach_the_bank_unchanged_and_leave_as_a_url_safe_cursor(
    bank: Any, of_kind: Any, make_answer: Any
) -> None:
    key = "a/b+c=&d#ü %41"
    bank.on(
        PATH,
        make_answer(200, {"transactions": rows(0, 1, 2), "page": {"nextPageKey": key}}),
        make_answer(200, {"transactions": rows(3), "page": {}}),
    )
    keyed = of_kind(paging="page_key")
    first = await keyed.page(CALL, "a1", WINDOW, PageRequest("0", 3))
    assert first.following.replace("-", "").replace("_", "").isalnum()
    second = await keyed.page(CALL, "a1", WINDOW, PageRequest(first.following, 3))
    assert (numbers(second), second.previous, second.following) == ([3], "0", None)
    assert [q.get("pageKey") for q in queries(bank)] == [None, key]


def cursor(*content: Any) -> str:
    return "k" + base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "offset",
    [
        "k",
        "x1",
        "k!",
        "kAAAA",
        "kA",
        cursor(),
        cursor(1, "a"),
        cursor(1, "a", 2),
        cursor(-1, "a", -1),
        cursor(10**9, "a", 0),
        cursor("1", "a", 0),
        cursor(1, 2, 0),
        cursor(1, "a" * 9000, 0),
    ],
)
@pytest.mark.parametrize("kind", ["offset", "none", "page_key"])
async def test_an_offset_that_is_no_cursor_is_no_page_and_the_bank_is_not_asked(
    bank: Any, of_kind: Any, kind: str, offset: str
) -> None:
    with pytest.raises(NoSuchPageError):
        await of_kind(paging=kind).page(CALL, "a1", WINDOW, PageRequest(offset, 5))
    assert bank.received == []


async def test_a_number_too_far_for_the_keys_is_no_page(
    bank: Any, of_kind: Any, make_answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "_MAX_CALLS", 3)
    pages = [{"nextPageKey": f"k{n}"} for n in range(9)]
    bank.on(PATH, *(make_answer(200, {"transactions": rows(1), "page": p}) for p in pages))
    with pytest.raises(NoSuchPageError):
        await of_kind(paging="page_key").page(CALL, "a1", WINDOW, PageRequest("900", 5))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"paging": "pages"}, "'paging' must be one of offset, none, page_key"),
        ({"time_format": "unix"}, "'time_format' must be one of seconds, milliseconds, offset"),
        ({"capabilities": "transactions flying"}, "knows no 'flying'; expected words of"),
    ],
)
async def test_a_bad_setting_says_what_is_expected(
    of_kind: Any, more: dict[str, str], expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        of_kind(**more)


async def test_a_bank_may_lack_transactions(of_kind: Any) -> None:
    assert of_kind(capabilities="") is None
    assert of_kind(capabilities=" transactions  ") is not None
    assert of_kind() is not None


@pytest.mark.parametrize(("said", "asked"), [("5", "5"), (5, "5"), ("1", "3"), ("x", "3")])
async def test_the_bank_may_pass_over_rows_of_its_count_but_never_lead_back(
    bank: Any, connector: Any, make_answer: Any, said: Any, asked: str
) -> None:
    bank.on(
        PATH,
        make_answer(200, {"transactions": rows(0, 1, 2), "page": {"nextOffset": said}}),
        make_answer(200, {"transactions": rows(5), "page": {"totalElements": 6}}),
    )
    await connector.transactions.page(CALL, "a1", WINDOW, PageRequest("0", 4))
    assert [q["offset"] for q in queries(bank)][:2] == ["0", asked]
