"""The bank's tax forms, well-behaved and not."""

from typing import Any

import pytest

from easement.connectors.errors import BankAnswerError, BankMalformedError
from easement.connectors.model import CallContext

PATH = "/fdx/v5/tax-forms"
CALL = CallContext("at1", "Root=1-x", "batch", {})


def statement(*forms: Any, **fields: Any) -> dict[str, Any]:
    return {"taxYear": 2024, "forms": list(forms), **fields}


def form(**fields: Any) -> dict[str, Any]:
    return {"tax1099Div": {"taxFormId": "f1", **fields}}


async def search(connector: Any, **changes: Any) -> Any:
    asked = {"tax_year": None, "tax_forms": (), "account_id": None, "result_type": None}
    return await connector.tax_forms.search(CALL, **asked | changes)


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ({}, ""),
        ({"tax_year": "2024"}, "?taxYear=2024"),
        (
            {
                "tax_year": "2024",
                "tax_forms": ("Tax1099Div", "TaxW2"),
                "account_id": "a&1=ü",
                "result_type": "details",
            },
            "?taxYear=2024&taxForms=Tax1099Div,TaxW2&accountId=a%261%3D%C3%BC&resultType=details",
        ),
    ],
)
async def test_a_search_is_one_call_with_what_was_asked(
    bank: Any, connector: Any, make_answer: Any, asked: dict[str, Any], query: str
) -> None:
    bank.on(PATH, make_answer(200, {"statements": [statement(form())]}))
    assert len(await search(connector, **asked)) == 1
    assert [each.target for each in bank.received] == [PATH + query]


async def test_a_statement_says_whose_it_is_and_so_do_its_forms(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    rows = [
        statement(form(accountId="a2", amount=1.5), accountId="a1"),
        statement({"taxW2": {"taxFormId": None}}, accountId=None),
        statement(),
    ]
    bank.on(PATH, make_answer(200, {"statements": rows}))
    first, second, third = await search(connector)
    assert first.account_id == "a1"
    [read] = first.forms
    assert (read.kind, read.tax_form_id, read.account_id) == ("tax1099Div", "f1", "a2")
    assert bytes(read.fields["amount"]) == b"1.5"
    assert (second.account_id, second.forms[0].tax_form_id) == (None, None)
    assert third.forms == []


async def test_a_form_says_which_accounts_it_names_inside(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    inner = {"int": {"accountId": "a2"}, "b": [{"details": [{"accountId": "a3"}]}]}
    bank.on(PATH, make_answer(200, {"statements": [statement(form(accountId="a1", **inner))]}))
    [read] = (await search(connector))[0].forms
    assert (read.account_id, read.inner_account_ids) == ("a1", {"a2", "a3"})


UNCLEAR = [
    statement(form(), accountId=7),
    statement(form(int={"accountId": 7})),
    statement(form(accountId=["a1"])),
    statement({"tax1099Div": {}, "taxW2": {}}),
    statement({}),
    statement("form"),
    statement(form(), {"taxW2": []}),
    {"forms": {}},
    "statement",
    None,
]


@pytest.mark.parametrize("row", UNCLEAR)
async def test_a_statement_whose_owner_is_unclear_is_left_out(
    bank: Any, connector: Any, make_answer: Any, row: Any
) -> None:
    bank.on(PATH, make_answer(200, {"statements": [row, statement(form())]}))
    assert len(await search(connector)) == 1
    bank.on(PATH, make_answer(200, {"statements": [row]}))
    with pytest.raises(BankMalformedError):
        await search(connector)


@pytest.mark.parametrize("row", UNCLEAR)
async def test_a_form_whose_owner_is_unclear_is_malformed(
    bank: Any, connector: Any, make_answer: Any, row: Any
) -> None:
    bank.on(f"{PATH}/f1", make_answer(200, row))
    with pytest.raises(BankMalformedError):
        await connector.tax_forms.form(CALL, "f1")


async def test_a_form_is_asked_for_by_its_id_as_one_segment(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    path = f"{PATH}/f%2F1%3F"
    bank.on(path, make_answer(200, statement(form())))
    assert (await connector.tax_forms.form(CALL, "f/1?")).forms[0].tax_form_id == "f1"
    assert bank.received[0].headers["accept"] == "application/json"


async def test_a_form_as_a_file_is_asked_for_by_type(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(f"{PATH}/f1", make_answer(200, b"%PDF", "application/pdf"))
    document = await connector.tax_forms.document(CALL, "f1", "application/pdf")
    assert await document.read() == b"%PDF"
    document.close()
    assert bank.received[0].headers["accept"] == "application/pdf"


@pytest.mark.parametrize("code", [1200, 1201, 1202, 1204, 1205])
async def test_the_banks_own_refusals_are_read(
    bank: Any, connector: Any, make_answer: Any, code: int
) -> None:
    bank.on(PATH, make_answer(404, {"code": code, "message": "no"}))
    with pytest.raises(BankAnswerError) as raised:
        await search(connector)
    assert raised.value.code == code
