"""Statements: the list with links to files, and the files."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from easement.connectors.errors import (
    BankAnswerError,
    BankMalformedError,
    BankUnavailableError,
    NoSuchPageError,
)
from easement.connectors.model import Document, ListPage, Statement
from easement.consent.model import Initiator
from easement.gateway.app import GatewayApp
from easement.products.model import Product
from easement.providers.entitlements import Rule

LIST = "/statements/v2/mikomo/a1"
PUBLIC = "https://network.example"
ALL_TYPES = ("application/pdf", "image/jpeg", "image/png", "image/gif", "image/tiff")


def statement(
    statement_id: str, account_id: str | None = "a1", types: tuple[str, ...] = (), **fields: str
) -> Statement:
    written = {"statementId": json.dumps(statement_id), **fields}
    if account_id is not None:
        written["accountId"] = json.dumps(account_id)
    raw = {name: msgspec.Raw(text.encode()) for name, text in written.items()}
    return Statement(statement_id, account_id, raw, types)


class FakeStatements:
    def __init__(self) -> None:
        self.items = [statement("s1"), statement("s2")]
        self.previous, self.following = "0", None
        self.pieces = [b"%PDF-1.7 ", b"the rest"]
        self.error: Exception | None = None
        self.breaks_with: Exception | None = None
        self.asked: list[tuple[Any, ...]] = []
        self.closed = 0
        self.when_opened: Any = None

    async def page(self, call: Any, account_id: str, window: Any, page: Any) -> Any:
        self.asked.append(("page", account_id, window, page))
        if self.error is not None and self.items:
            raise self.error
        return ListPage(self.items, self.previous, self.following)

    async def document(self, call: Any, account_id: str, statement_id: str, media: str) -> Any:
        self.asked.append(("document", account_id, statement_id, media))
        if self.error is not None:
            raise self.error
        if self.when_opened is not None:
            self.when_opened()
        left = list(self.pieces)

        async def read() -> bytes:
            if not left and self.breaks_with is not None:
                raise self.breaks_with
            return left.pop(0) if left else b""

        return Document(media, sum(map(len, self.pieces)), read, self.close)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def bank(world: Any) -> FakeStatements:
    world.allow(Product.STATEMENTS)
    world.app = GatewayApp(world.handed, world.clock, public_url=PUBLIC)
    world.connector.statements = FakeStatements()
    return world.connector.statements


async def test_a_list_item_has_the_documented_fields_and_an_absolute_link(
    world: Any, bank: FakeStatements
) -> None:
    bank.items = [
        statement(
            "s1",
            types=("application/pdf", "image/jpg", "image/tiff", "text/plain"),
            statementDate='"2026-01-31"',
            description='"January"',
            status='"AVAILABLE"',
            accountNumber='"12345"',
            links="[]",
        )
    ]
    answer = await world.get(LIST)
    assert answer.status == 200
    assert answer.json["statements"] == [
        {
            "accountId": "a1",
            "statementId": "s1",
            "statementDate": "2026-01-31",
            "description": "January",
            "status": "AVAILABLE",
            "links": [
                {
                    "href": f"{PUBLIC}/statements/v2/mikomo/a1/s1",
                    "action": "GET",
                    "types": ["application/pdf", "image/jpeg", "image/tiff"],
                }
            ],
        }
    ]


@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_the_link_stays_in_the_version_of_the_call(
    world: Any, bank: FakeStatements, version: str
) -> None:
    headers = {
        "x-akoya-interaction-type": "USER",
        "x-akoya-last-access": "2026-01-15T08:30:00Z",
    }
    answer = await world.get(f"/statements/{version}/mikomo/a1", headers=headers)
    [first, _] = answer.json["statements"]
    assert first["links"][0]["href"] == f"{PUBLIC}/statements/{version}/mikomo/a1/s1"


@pytest.mark.parametrize("types", [ALL_TYPES, ALL_TYPES[:1], ALL_TYPES[2:]])
async def test_the_types_are_those_of_the_bank(
    world: Any, bank: FakeStatements, types: tuple[str, ...]
) -> None:
    bank.items = [statement("s1", types=types)]
    [item] = (await world.get(LIST)).json["statements"]
    assert item["links"][0]["types"] == list(types)


async def test_a_bank_that_names_no_type_is_taken_to_have_pdf(
    world: Any, bank: FakeStatements
) -> None:
    [item, _] = (await world.get(LIST)).json["statements"]
    assert item["links"][0]["types"] == ["application/pdf"]


async def test_an_id_that_is_not_safe_in_a_url_leads_back_to_the_same_statement(
    world: Any, bank: FakeStatements
) -> None:
    bank.items = [statement("2026/01 #ü")]
    [item] = (await world.get(LIST)).json["statements"]
    path = item["links"][0]["href"].removeprefix(PUBLIC)
    assert path.endswith(f"/{item['statementId']}")
    answer = await world.get(path)
    assert answer.status == 200
    assert bank.asked[-1] == ("document", "a1", "2026/01 #ü", "application/pdf")


async def test_without_a_window_the_bank_decides_what_it_lists(
    world: Any, bank: FakeStatements
) -> None:
    await world.get(LIST)
    [(_, account_id, window, page)] = bank.asked
    assert (account_id, window, page.offset, page.limit) == ("a1", None, "0", 50)


async def test_a_window_is_asked_for_and_kept_in_the_links(
    world: Any, bank: FakeStatements
) -> None:
    bank.following = "7"
    answer = await world.get(
        f"{LIST}?startTime=2024-01-01T00:00:00Z&endTime=2024-06-30T00:00:00Z&offset=5&limit=2"
    )
    [(_, _, window, page)] = bank.asked
    assert (window.start.isoformat(), window.end.isoformat()) == (
        "2024-01-01T00:00:00+00:00",
        "2024-06-30T00:00:00+00:00",
    )
    assert (page.offset, page.limit) == ("5", 2)
    shared = "endTime=2024-06-30T00%3A00%3A00Z&limit=2&offset={}&startTime=2024-01-01T00%3A00%3A00Z"
    assert answer.json["links"] == {
        "next": {"href": f"{LIST}?{shared.format(7)}"},
        "prev": {"href": f"{LIST}?{shared.format(0)}"},
    }


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("startTime=2024-01-01T00:00:00Z", (400, 703)),
        ("endTime=2024-01-01T00:00:00Z", (400, 703)),
        ("startTime=yesterday&endTime=today", (400, 702)),
        ("startTime=2024-02-01T00:00:00Z&endTime=2024-01-01T00:00:00Z", (400, 703)),
        ("limit=0", (400, 401)),
        ("limit=501", (400, 401)),
        ("offset=-1", (400, 401)),
        ("mode=fast", (400, 401)),
        ("accountIds=a1", (400, 401)),
    ],
)
async def test_a_bad_query_is_refused_before_the_bank_is_asked(
    world: Any, bank: FakeStatements, query: str, error: tuple[int, int]
) -> None:
    assert (await world.get(f"{LIST}?{query}")).error == error
    assert bank.asked == []


@pytest.mark.parametrize("path", ["/statements/v2/mikomo/a3", "/statements/v2/mikomo/a3/s1"])
async def test_an_account_that_is_not_consented_has_no_statements(
    world: Any, bank: FakeStatements, path: str
) -> None:
    assert (await world.get(path)).error == (404, 701)
    assert bank.asked == []


async def test_a_path_without_an_account_is_404(world: Any, bank: FakeStatements) -> None:
    assert (await world.get("/statements/v2/mikomo")).error == (404, 701)


async def test_nothing_follows_a_statement(world: Any, bank: FakeStatements) -> None:
    assert (await world.get(f"{LIST}/s1/more")).error == (403, 403)


async def test_a_row_of_another_account_is_dropped(world: Any, bank: FakeStatements) -> None:
    bank.items = [statement("s1"), statement("s2", "a3"), statement("s3", None)]
    shown = (await world.get(LIST)).json["statements"]
    assert [(each["accountId"], each["statementId"]) for each in shown] == [
        ("a1", "s1"),
        ("a1", "s3"),
    ]


async def test_an_account_without_statements_has_an_empty_list(
    world: Any, bank: FakeStatements
) -> None:
    bank.items = []
    assert (await world.get(LIST)).json == {"statements": []}


async def test_an_offset_that_the_bank_has_no_page_for_is_bad_input(
    world: Any, bank: FakeStatements
) -> None:
    bank.error = NoSuchPageError("offset must be a whole number.")
    assert (await world.get(f"{LIST}?offset=kabc")).error == (400, 401)


async def test_a_file_comes_as_the_bank_sends_it(world: Any, bank: FakeStatements) -> None:
    answer = await world.get(f"{LIST}/s1")
    assert answer.status == 200
    assert answer.body == b"%PDF-1.7 the rest"
    assert answer.is_whole
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == "17"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'attachment; filename="statement-s1.pdf"'
    assert bank.closed == 1
    [record] = world.ports.records
    assert (record.status, record.code) == (200, None)


@pytest.mark.parametrize("media_type", ALL_TYPES)
async def test_each_of_the_five_types_can_be_asked_for(
    world: Any, bank: FakeStatements, media_type: str
) -> None:
    answer = await world.get(f"{LIST}/s1", headers={"accept": media_type})
    assert answer.headers["content-type"] == media_type
    assert bank.asked == [("document", "a1", "s1", media_type)]


async def test_a_file_is_never_json(world: Any, bank: FakeStatements) -> None:
    answer = await world.get(f"{LIST}/s1", headers={"accept": "application/json"})
    assert answer.error == (406, 406)
    assert answer.json["message"] == "Content Type not Supported"
    assert bank.asked == []


@pytest.mark.parametrize(
    ("refusal", "error", "message"),
    [
        (BankAnswerError(400, 1300, "", None), (400, 1300), "not yet available"),
        (BankAnswerError(404, 1108, "", None), (404, 1108), "Statement not found"),
        (BankAnswerError(406, 1203, "", None), (406, 406), "Content Type not Supported"),
        (BankMalformedError("html"), (500, 501), "Subsystem unavailable"),
        (BankUnavailableError("302"), (500, 501), "Subsystem unavailable"),
    ],
)
async def test_what_the_bank_refuses_is_the_documented_error(
    world: Any, bank: FakeStatements, refusal: Exception, error: tuple[int, int], message: str
) -> None:
    bank.error = refusal
    bank.page = _one_statement
    answer = await world.get(f"{LIST}/s1")
    assert answer.error == error
    assert message in answer.json["message"]


async def _one_statement(*_: Any) -> Any:
    return ListPage([statement("s9")], "0", None)


async def test_a_file_of_an_account_without_statements_is_told_so(
    world: Any, bank: FakeStatements
) -> None:
    bank.error = BankAnswerError(404, 1108, "Statement not found", None)
    bank.items = []
    answer = await world.get(f"{LIST}/s1")
    assert answer.error == (404, 1108)
    assert answer.json["message"] == "Account exists but contains no statements"


@pytest.mark.parametrize("segment", ["~Li4", "~", "a b"])
async def test_an_id_that_nobody_gave_is_not_asked_for(
    world: Any, bank: FakeStatements, segment: str
) -> None:
    assert (await world.get(f"{LIST}/{segment}")).error == (404, 1108)
    assert bank.asked == []


@pytest.mark.parametrize("path", [LIST, f"{LIST}/s1"])
async def test_a_provider_without_statements_is_501(
    world: Any, bank: FakeStatements, path: str
) -> None:
    world.connector.statements = None
    assert (await world.get(path)).error == (501, 1106)


async def test_a_consent_that_ends_before_the_first_byte_keeps_the_file(
    world: Any, bank: FakeStatements
) -> None:
    bank.when_opened = lambda: world.ports.end("g1", Initiator.INDIVIDUAL)
    answer = await world.get(f"{LIST}/s1")
    assert answer.error == (401, 602)
    assert bank.closed == 1


async def test_a_file_that_breaks_off_is_in_the_record(world: Any, bank: FakeStatements) -> None:
    bank.breaks_with = BankUnavailableError("cut")
    answer = await world.get(f"{LIST}/s1")
    assert answer.status == 200
    assert not answer.is_whole
    assert bank.closed == 1
    [record] = world.ports.records
    assert (record.status, record.code) == (200, 501)


async def test_masked_fields_are_not_in_the_list(world: Any, bank: FakeStatements) -> None:
    bank.items = [statement("s1", description='"January"', status='"AVAILABLE"')]
    world.decide(rules=(Rule(mask=("description",)),))
    [item] = (await world.get(LIST)).json["statements"]
    assert "description" not in item
    assert item["status"] == "AVAILABLE"


async def test_where_a_field_is_masked_the_file_does_not_leave(
    world: Any, bank: FakeStatements
) -> None:
    world.decide(rules=(Rule(mask=("description",)),))
    answer = await world.get(f"{LIST}/s1")
    assert answer.error == (403, 403)
    assert "withholds" in answer.json["debugMessage"]
    assert bank.asked == []


@pytest.mark.parametrize("path", [LIST, f"{LIST}/s1"])
async def test_an_account_that_the_policy_hides_is_not_found(
    world: Any, bank: FakeStatements, path: str
) -> None:
    world.decide(rules=(Rule(categories=frozenset({"depositAccount"}), visible=False),))
    assert (await world.get(path)).error == (404, 701)
    assert bank.asked == []


async def test_masks_of_other_categories_keep_no_file(world: Any, bank: FakeStatements) -> None:
    rule = Rule(categories=frozenset({"loanAccount"}), mask=("description",))
    world.decide(rules=(rule,))
    assert (await world.get(f"{LIST}/s1")).status == 200


async def test_an_app_without_the_product_is_refused(world: Any, bank: FakeStatements) -> None:
    app = world.ports.apps["app1"]
    world.ports.apps["app1"] = replace(app, products=app.products - {Product.STATEMENTS})
    assert (await world.get(LIST)).error == (403, 403)
