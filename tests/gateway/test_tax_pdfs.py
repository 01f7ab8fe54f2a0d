"""Tax forms as PDF: a file of its own, or base64 beside the data."""

import base64
from typing import Any

import pytest

from easement.connectors.errors import BankAnswerError
from easement.gateway import tax_pdfs
from easement.products.model import Product
from easement.providers.entitlements import Rule
from tests.gateway.tax_bank import FakeTaxForms, form, statement

SEARCH = "/tax-forms/v2/mikomo"
PDF = {"accept": "application/pdf"}


@pytest.fixture
def bank(world: Any) -> FakeTaxForms:
    world.allow(Product.TAX)
    world.connector.tax_forms = FakeTaxForms()
    return world.connector.tax_forms


@pytest.mark.parametrize("headers", [{}, PDF])
async def test_no_file_leaves_of_a_statement_from_which_a_form_was_withheld(
    world: Any, bank: FakeTaxForms, headers: dict[str, str]
) -> None:
    bank.found = [statement(form("f1", "a3"), form("f2", "a1"), account_id=None)]
    path = f"{SEARCH}/f1?taxDataType=BASE64_PDF"
    assert (await world.get(path, headers=headers)).error == (404, 1200)
    assert bank.open == 0


async def test_one_form_comes_with_its_pdf_in_base64(world: Any, bank: FakeTaxForms) -> None:
    body = (await world.get(f"{SEARCH}/f1?taxDataType=BASE64_PDF")).json
    assert body["taxDataType"] == "BASE64_PDF"
    assert base64.b64decode(body["pdf"]) == b"%PDF of f1"
    assert bank.asked == ["f1", ("f1", "application/pdf")]
    assert bank.open == 0


async def test_one_form_comes_as_a_file(world: Any, bank: FakeTaxForms) -> None:
    answer = await world.get(f"{SEARCH}/f1", headers=PDF)
    assert answer.body == b"%PDF of f1"
    assert answer.is_whole
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="tax-form-f1.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert bank.open == 0


@pytest.mark.parametrize(
    ("path", "headers"),
    [(f"{SEARCH}?taxDataType=BASE64_PDF", {}), (SEARCH, PDF)],
)
async def test_a_search_for_pdfs_has_one_entry_for_each_form(
    world: Any, bank: FakeTaxForms, path: str, headers: dict[str, str]
) -> None:
    bank.found = [
        statement(form("f1"), form("f2"), form("f3", "a3")),
        statement(form(None), account_id=None),
    ]
    answer = await world.get(path, headers=headers)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    shown = [
        (
            [each["tax1099Div"].get("taxFormId") for each in entry["forms"]],
            entry["taxDataType"],
            base64.b64decode(entry.get("pdf", "")),
        )
        for entry in answer.json["statements"]
    ]
    assert shown == [
        (["f1"], "BASE64_PDF", b"%PDF of f1"),
        (["f2"], "BASE64_PDF", b"%PDF of f2"),
        ([None], "JSON", b""),
    ]
    assert bank.open == 0


async def test_an_app_that_names_both_types_gets_data(world: Any, bank: FakeTaxForms) -> None:
    accept = {"accept": "application/json, application/pdf"}
    [entry] = (await world.get(SEARCH, headers=accept)).json["statements"]
    assert entry["taxDataType"] == "JSON"


async def test_pdfs_that_are_too_large_together_are_refused_with_a_way_out(
    world: Any, bank: FakeTaxForms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tax_pdfs, "_MAX_BYTES", 25)
    bank.found = [statement(form("f1"), form("f2"))]
    assert (await world.get(f"{SEARCH}?taxDataType=BASE64_PDF")).status == 200
    bank.found = [statement(form("f1"), form("f2"), form("f3"))]
    answer = await world.get(f"{SEARCH}?taxDataType=BASE64_PDF")
    assert answer.error == (400, 401)
    assert "Accept: application/pdf" in answer.json["debugMessage"]
    assert bank.open == 0


async def test_too_many_pdfs_are_refused_before_one_is_read(world: Any, bank: FakeTaxForms) -> None:
    bank.found = [statement(*(form(f"f{n}") for n in range(51)))]
    answer = await world.get(f"{SEARCH}?taxDataType=BASE64_PDF")
    assert answer.error == (400, 401)
    assert len(bank.asked) == 1


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"{SEARCH}/f1", PDF),
        (f"{SEARCH}/f1?taxDataType=BASE64_PDF", {}),
        (f"{SEARCH}?taxDataType=BASE64_PDF", {}),
    ],
)
async def test_where_a_field_is_masked_no_pdf_leaves(
    world: Any, bank: FakeTaxForms, path: str, headers: dict[str, str]
) -> None:
    world.decide(rules=(Rule(mask=("tin",)),))
    assert (await world.get(path, headers=headers)).error == (403, 403)
    assert not any(isinstance(each, tuple) for each in bank.asked)


async def test_one_pdf_that_fails_answers_for_all(world: Any, bank: FakeTaxForms) -> None:
    bank.found = [statement(*(form(f"f{n}") for n in range(9)))]
    bank.refused["f5"] = BankAnswerError(406, 1203, "", None)
    assert (await world.get(f"{SEARCH}?taxDataType=BASE64_PDF")).error == (406, 406)
    assert bank.open == 0


async def test_only_a_few_pdfs_are_fetched_at_once(world: Any, bank: FakeTaxForms) -> None:
    bank.found = [statement(*(form(f"f{n}") for n in range(30)))]
    answer = await world.get(f"{SEARCH}?taxDataType=BASE64_PDF")
    pdfs = [base64.b64decode(each["pdf"]).decode() for each in answer.json["statements"]]
    assert pdfs == [f"%PDF of f{n}" for n in range(30)]
    assert bank.most_open == 4
