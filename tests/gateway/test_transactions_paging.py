"""Following the links of transactions, at banks that page in every way."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from easement.connectors.fdx_v5.api import JsonAnswer
from easement.connectors.fdx_v5.settings import read_settings
from easement.connectors.fdx_v5.transactions import TransactionsClient
from easement.connectors.model import CallContext
from easement.products.model import Product

MIDNIGHT = datetime(2026, 1, 2, tzinfo=UTC)
URLS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "api_url")
ENTRY = dict.fromkeys(URLS, "https://bank.example") | {"client_id": "c", "scope": "s"}

MANY = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
EVERY_KIND = pytest.mark.parametrize("paging", ["offset", "none", "page_key"])
SIGNS = ("total", "offset", "number", "link", "all", "none", "always", "late", "zero")


@dataclass
class PagingBank:
    """A bank whose row `n` has the id `n` and was posted `minutes[n]` after midnight.

    It gives up to `size` rows at a time, or, if it is `generous`, `size` whatever was asked.
    `sign` is how it points to the next page: ``always`` points even behind the end, ``late`` only
    counts, and as text, ``zero`` has an offset for no next page.
    """

    size: int
    sign: str = "all"
    generous: bool = False
    minutes: list[int] = field(default_factory=list)
    paging: str = "offset"
    calls: int = 0

    async def get_json(self, call: CallContext, path_and_query: str) -> JsonAnswer:
        self.calls += 1
        query = dict(parse_qsl(path_and_query.partition("?")[2], strict_parsing=True))
        start, end = (datetime.fromisoformat(query.pop(n)) for n in ("startTime", "endTime"))
        ids = self.ids(start, end)
        body: dict[str, Any] = {}
        if self.paging == "none":
            assert not query
        else:
            size = self.size if self.generous else min(self.size, int(query["limit"]))
            at = self._at(query)
            total, ids = len(ids), ids[at : at + size]
            body |= self._signs(at + len(ids), total)
        body["transactions"] = [{"depositTransaction": {"transactionId": n}} for n in ids]
        return JsonAnswer(msgspec.json.encode(body), partial=False)

    def ids(self, start: datetime, end: datetime) -> list[int]:
        posted = (MIDNIGHT + timedelta(minutes=each) for each in self.minutes)
        return [n for n, moment in enumerate(posted) if start <= moment <= end]

    def _at(self, query: dict[str, str]) -> int:
        if self.paging == "offset":
            assert set(query) == {"limit", "offset"}
            return int(query["offset"])
        assert set(query) <= {"limit", "pageKey"}
        return int(base64.b64decode(query["pageKey"])) if "pageKey" in query else 0

    def _signs(self, end: int, total: int) -> dict[str, Any]:
        more = end < total
        if self.paging == "page_key":
            key = base64.b64encode(b"%d" % end).decode() if more else None
            if self.sign == "link":
                return {"links": {"next": {"href": f"/x?pageKey={key}"}} if key else {}}
            counted = {"totalElements": total} if self.sign == "all" else {}
            return {"page": {**counted, "nextPageKey": key}}
        link = {"next": {"href": f"/x?offset={end}&limit=9"}} if more else {"prev": {"href": "/"}}
        return {
            "total": {"page": {"totalElements": total}},
            "offset": {"page": {"nextOffset": str(end)} if more else {"prevOffset": "0"}},
            "number": {"page": {"nextOffset": end} if more else {}},
            "link": {"links": link},
            "all": {
                "page": {"totalElements": total, **({"nextOffset": str(end)} if more else {})},
                "links": link,
            },
            "none": {},
            "always": {"page": {"nextOffset": str(end), "totalElements": total}},
            "zero": {"page": {"nextOffset": str(end) if more else "0"}},
            "late": {"page": {"totalElements": str(total)}, "links": {}},
        }[self.sign]


@pytest.fixture
def served(world: Any) -> Callable[[PagingBank, str], Any]:
    """Puts a bank behind the gateway."""
    world.allow(*Product)

    @contextmanager
    def by(bank: PagingBank, paging: str) -> Iterator[Any]:
        bank.paging = paging
        entry = read_settings({**ENTRY, "paging": paging})
        world.connector.transactions = TransactionsClient(bank, entry)  # type: ignore[arg-type]
        yield world

    return by


def ids(answer: Any) -> list[int]:
    return [row["depositTransaction"]["transactionId"] for row in answer.json["transactions"]]


def window(start: int, end: int) -> str:
    moments = (MIDNIGHT + timedelta(minutes=each) for each in (start, end))
    times = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in moments)
    return "startTime={}&endTime={}".format(*times)


# Left to itself, a list of up to forty is nearly always one of five.
MINUTES = st.integers(0, 40).flatmap(
    lambda count: st.lists(st.integers(0, 60), min_size=count, max_size=count).map(sorted)
)
LIMITS = st.integers(1, 6) | st.integers(7, 45)
BANKS = st.builds(
    PagingBank,
    size=st.integers(1, 12),
    sign=st.sampled_from(SIGNS),
    generous=st.booleans(),
    minutes=MINUTES,
)
WINDOWS = st.just([0, 60]) | st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)


@EVERY_KIND
@given(
    bank=BANKS,
    limit=LIMITS,
    ends=WINDOWS,
    added=st.lists(st.lists(st.integers(0, 3), max_size=6), max_size=6),
)
@example(bank=PagingBank(20, "none", minutes=[0] * 40), limit=20, ends=[0, 60], added=[])
@example(bank=PagingBank(12, "always", minutes=[0] * 36), limit=18, ends=[0, 9], added=[])
@MANY
async def test_next_leads_through_every_row_once_and_in_order_while_rows_are_added(
    served: Any,
    paging: str,
    *,
    bank: PagingBank,
    limit: int,
    ends: list[int],
    added: list[list[int]],
) -> None:
    start, end = (MIDNIGHT + timedelta(minutes=each) for each in ends)
    at_first = bank.ids(start, end)
    later = iter(added)
    seen: list[int] = []
    with served(bank, paging) as world:
        path = f"/transactions/v2/mikomo/a1?{window(*ends)}&limit={limit}"
        for _ in range(200):
            answer = await world.get(path)
            assert answer.status == 200
            seen += ids(answer)
            following = answer.json.get("links", {}).get("next")
            if following is None:
                break
            assert len(ids(answer)) == limit
            path = following["href"]
            for step in next(later, ()):
                bank.minutes.append(max([*bank.minutes, 0]) + step)
        else:
            pytest.fail("the chain has no end")
    assert seen[: len(at_first)] == at_first
    assert seen == bank.ids(start, end)[: len(seen)]


@EVERY_KIND
@given(bank=BANKS, limit=LIMITS)
@example(bank=PagingBank(10, "none", minutes=[0] * 20), limit=10)
@example(bank=PagingBank(10, "zero", minutes=[0] * 20), limit=10)
@MANY
async def test_no_page_is_empty_but_that_of_an_empty_list_and_prev_leads_back_over_all(
    served: Any, paging: str, bank: PagingBank, limit: int
) -> None:
    with served(bank, paging) as world:
        answer = await world.get(f"/transactions/v2/mikomo/a1?{window(0, 60)}&limit={limit}")
        if not bank.minutes:
            assert answer.json == {"transactions": []}
            return
        pages = [answer]
        while "next" in answer.json["links"]:
            answer = await world.get(answer.json["links"]["next"]["href"])
            pages.append(answer)
        assert all(ids(page) for page in pages)
        for page, before in zip(pages[:0:-1], pages[-2::-1], strict=True):
            back = await world.get(page.json["links"]["prev"]["href"])
            assert ids(back) == ids(before)
        first = await world.get(pages[0].json["links"]["prev"]["href"])
        assert ids(first) == ids(pages[0])


@EVERY_KIND
@given(
    bank=BANKS,
    limit=LIMITS,
    offset=st.integers(0, 50),
    changed=LIMITS,
)
@MANY
async def test_a_number_as_offset_and_a_change_of_limit_work_at_every_bank(
    served: Any, paging: str, *, bank: PagingBank, limit: int, offset: int, changed: int
) -> None:
    with served(bank, paging) as world:
        path = f"/transactions/v2/mikomo/a1?{window(0, 60)}"
        every = list(range(len(bank.minutes)))
        answer = await world.get(f"{path}&limit={limit}&offset={offset}")
        assert ids(answer) == every[offset : offset + limit]
        following = answer.json.get("links", {}).get("next")
        assert (following is None) == (offset + limit >= len(every))
        if following is not None:
            href = following["href"].replace(f"limit={limit}&", f"limit={changed}&")
            rest = every[offset + limit :]
            assert ids(await world.get(href)) == rest[:changed]


@EVERY_KIND
async def test_without_times_the_chain_keeps_to_the_window_of_its_first_page(
    served: Any, paging: str
) -> None:
    """Rows posted while the app reads on belong to its next visit."""
    bank = PagingBank(50)
    with served(bank, paging) as world:

        def minute(ago: timedelta) -> int:
            return int((world.clock.now() - ago - MIDNIGHT) / timedelta(minutes=1))

        bank.minutes = [minute(timedelta(days=days)) for days in (40, 16, 14, 3, 1)]
        first = await world.get("/transactions/v2/mikomo/a1?limit=2")
        world.clock.advance(timedelta(days=2))
        bank.minutes.append(minute(timedelta(days=1)))
        second = await world.get(first.json["links"]["next"]["href"])
        assert (ids(first), ids(second)) == ([2, 3], [4])
        assert "next" not in second.json["links"]


@EVERY_KIND
async def test_a_bank_that_pages_as_asked_is_called_once_for_a_page(
    served: Any, paging: str
) -> None:
    bank = PagingBank(500, minutes=[0] * 500)
    with served(bank, paging) as world:
        path = f"/transactions/v2/mikomo/a1?{window(0, 60)}&limit=100"
        await world.get(path)
        assert bank.calls == 1
        await world.get(path + "&offset=300")
        assert bank.calls == 2
