"""The bank's list of statements, well-behaved and not."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from easement.connectors.errors import BankAnswerError, BankMalformedError
from easement.connectors.model import CallContext, PageRequest, TimeWindow

PATH = "/fdx/v5/accounts/a1/statements"
CALL = CallContext("at1", "Root=1-x", "batch", {})
FIRST = PageRequest("0", 50)


def listed(*rows: Any) -> dict[str, Any]:
    return {"page": {"totalElements": len(rows)}, "statements": list(rows)}


def row(statement_id: Any, **fields: Any) -> dict[str, Any]:
    return {"accountId": "a1", "statementId": statement_id, **fields}


async def page(connector: Any, window: TimeWindow | None = None, at: PageRequest = FIRST) -> Any:
    return await connector.statements.page(CALL, "a1", window, at)


async def test_without_a_window_no_time_is_sent(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, listed(row("s1"), row("s2"))))
    found = await page(connector)
    assert [each.statement_id for each in found.items] == ["s1", "s2"]
    assert found.following is None
    assert [each.target for each in bank.received] == [f"{PATH}?limit=50&offset=0"]


async def test_a_window_is_sent_in_the_banks_format(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, listed()))
    await page(
        connector, TimeWindow(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    )
    assert "startTime=2026-01-01T00:00:00Z&endTime=2026-02-01T00:00:00Z" in unquote(
        bank.received[0].target
    )


async def test_fields_keep_every_byte_and_types_are_gathered(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    links = (
        b'[{"href":"/x","action":"GET","types":["application/pdf","IMAGE/PNG"]},'
        b'{"href":"/y","types":["image/png","image/tiff"]},'
        b'{"href":"/z","action":"DELETE","types":["image/gif"]}]'
    )
    body = (
        b'{"page":{"totalElements":1},"statements":[{"statementId":"s1","size":1.50,"links":'
        + links
        + b"}]}"
    )
    bank.on(PATH, make_answer(200, body))
    [statement] = (await page(connector)).items
    assert bytes(statement.fields["size"]) == b"1.50"
    assert statement.account_id is None
    assert statement.types == ("application/pdf", "image/png", "image/tiff")


@pytest.mark.parametrize("links", [None, "none", [], [{"href": "/x"}], [{"types": "pdf"}], [7]])
async def test_links_that_name_no_types_do_no_harm(
    bank: Any, connector: Any, make_answer: Any, links: Any
) -> None:
    bank.on(PATH, make_answer(200, listed(row("s1", links=links))))
    [statement] = (await page(connector)).items
    assert statement.types == ()


async def test_a_row_may_leave_out_its_account(bank: Any, connector: Any, make_answer: Any) -> None:
    rows = [{"statementId": "s1"}, {"statementId": "s2", "accountId": None}, row("s3")]
    bank.on(PATH, make_answer(200, listed(*rows)))
    found = [each.account_id for each in (await page(connector)).items]
    assert found == [None, None, "a1"]


@pytest.mark.parametrize("bad", [None, "", 7, ".", "..", "x" * 513, ["s"]])
async def test_a_row_without_a_usable_id_is_left_out(
    bank: Any, connector: Any, make_answer: Any, bad: Any
) -> None:
    bank.on(PATH, make_answer(200, listed(row(bad), row("s1"))))
    assert [each.statement_id for each in (await page(connector)).items] == ["s1"]


async def test_a_list_of_which_nothing_can_be_read_is_malformed(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, listed("a", "b")))
    with pytest.raises(BankMalformedError):
        await page(connector)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"statements":7}', b"{", b"null"])
async def test_what_is_no_list_is_malformed(
    bank: Any, connector: Any, make_answer: Any, body: bytes
) -> None:
    bank.on(PATH, make_answer(200, body))
    with pytest.raises(BankMalformedError):
        await page(connector)


@pytest.mark.parametrize("code", [1107, 1108])
async def test_a_bank_that_says_there_are_none_gives_an_empty_list(
    bank: Any, connector: Any, make_answer: Any, code: int
) -> None:
    bank.on(PATH, make_answer(404, {"code": code, "message": "none"}))
    assert (await page(connector)).items == []


async def test_other_refusals_are_the_banks_own(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(404, {"code": 701, "message": "Account not found"}))
    with pytest.raises(BankAnswerError):
        await page(connector)


async def test_a_page_leads_to_the_next_one(bank: Any, connector: Any, make_answer: Any) -> None:
    rows = [row(f"s{n}") for n in range(2)]
    bank.on(PATH, make_answer(200, {"page": {"totalElements": 4}, "statements": rows}))
    found = await page(connector, at=PageRequest("0", 2))
    assert (found.previous, found.following) == ("0", "2")
    assert json.loads(bytes(found.items[1].fields["statementId"])) == "s1"


async def test_a_bank_without_statements_has_no_such_capability(
    settings: dict[str, str],
) -> None:
    from easement.connectors import registry
    from easement.platform.clock import SystemClock
    from easement.platform.http import open_http_client

    async with open_http_client() as http:
        settings["capabilities"] = "transactions"
        lacking = registry.build("fdx_v5", settings, "s", http, SystemClock())
    assert lacking.statements is None
    assert lacking.tax_forms is None
