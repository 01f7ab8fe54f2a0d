"""Tax forms, searched and one by one, as data and as PDF."""

from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import requests

from tests.mikomo.answers import ALL_SCOPES, check, refusal
from tests.mikomo.network import Network


@pytest.fixture(scope="session")
def get(program) -> Callable[..., requests.Response]:
    """What the network of the person with tax forms gets."""
    network = Network(program.url)
    token = network.link("GenericUser_Tax", scope=ALL_SCOPES)["access_token"]
    return lambda path, **headers: network.get(path, token, **headers)


@pytest.fixture(scope="session")
def statements(get) -> list[dict[str, Any]]:
    answer = get("/tax-forms")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["statements"]
    return found


def form_of(wrapped: dict[str, Any]) -> dict[str, Any]:
    (form,) = wrapped.values()
    return form


def forms_of(statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [form_of(wrapped) for statement in statements for wrapped in statement["forms"]]


def test_all_four_forms_are_there_and_fit_the_contract(get, statements) -> None:
    check(get("/tax-forms").json(), "v24.taxStatementList")
    kinds = {kind for statement in statements for wrapped in statement["forms"] for kind in wrapped}
    assert kinds == {"tax1099Div", "tax1099Int", "taxW2", "tax1042S"}
    for statement in statements:
        assert statement["taxDataType"] == "JSON"
        assert statement["taxStatementId"]
        assert statement["issuer"]
        assert statement["recipient"]
        for form in map(form_of, statement["forms"]):
            assert form["taxYear"] == statement["taxYear"]
    ids = [form["taxFormId"] for form in forms_of(statements)]
    assert "tax2020" in ids
    assert len(ids) == len(set(ids))


def test_a_search_narrows_by_year_type_and_account(get, statements) -> None:
    for year in {statement["taxYear"] for statement in statements}:
        found = get(f"/tax-forms?taxYear={year}").json()["statements"]
        assert found == [one for one in statements if one["taxYear"] == year]
    found = get("/tax-forms?taxForms=Tax1099Div,TaxW2").json()["statements"]
    wanted = {"Tax1099Div", "TaxW2"}
    assert {form["taxFormType"] for form in forms_of(found)} == wanted
    assert len(forms_of(found)) == len(
        [form for form in forms_of(statements) if form["taxFormType"] in wanted]
    )
    of_account = [one for one in statements if "accountId" in one]
    assert of_account
    account_id = of_account[0]["accountId"]
    found = get(f"/tax-forms?accountId={account_id}").json()["statements"]
    assert found == [one for one in statements if one.get("accountId") == account_id]


def test_a_lightweight_search_tells_which_forms_there_are_and_nothing_in_them(
    get, statements
) -> None:
    answer = get("/tax-forms?resultType=lightweight")
    check(answer.json(), "v24.taxStatementList")
    light = forms_of(answer.json()["statements"])
    known = {"taxYear", "taxFormId", "taxFormDate", "taxFormType", "accountId"}
    assert [form["taxFormId"] for form in light] == [
        form["taxFormId"] for form in forms_of(statements)
    ]
    assert set().union(*light) <= known
    assert get("/tax-forms?resultType=details").json()["statements"] == statements


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("taxYear=2019&taxForms=Tax1098", (404, 1200)),
        ("taxYear=2018", (404, 1200)),
        ("taxForms=Tax1099div", (400, 1201)),
        ("taxForms=", (400, 1201)),
        ("taxForms=Tax1099Div,,TaxW2", (400, 1201)),
        ("taxYear=1017", (400, 1202)),
        ("taxYear=20201", (400, 1202)),
        ("taxYear=last", (400, 1202)),
        ("taxYear=", (400, 1202)),
        ("taxYear=%D9%A2%D9%A0%D9%A2%D9%A0", (400, 1202)),
        ("accountId=839502593", (404, 701)),
        ("accountId=", (404, 701)),
        ("resultType=all", (400, 401)),
        ("taxYear=2020&taxYear=2020", (400, 401)),
    ],
)
def test_a_search_that_finds_nothing_says_what_was_expected(get, query, expected) -> None:
    assert refusal(get(f"/tax-forms?{query}")) == expected


def test_forms_that_are_not_out_yet_are_1205_and_a_year_that_has_not_begun_1202(timed_bank) -> None:
    network = Network(timed_bank.url)
    token = network.link("GenericUser_Tax", scope=ALL_SCOPES)["access_token"]
    # The bank's clock stands in the middle of January 2027.
    assert refusal(network.get("/tax-forms?taxYear=2027", token)) == (409, 1205)
    assert refusal(network.get("/tax-forms?taxYear=2026", token)) == (409, 1205)
    assert network.get("/tax-forms?taxYear=2025", token).status_code == 200
    assert refusal(network.get("/tax-forms?taxYear=2028", token)) == (400, 1202)
    timed_bank.clock.seconds += 60 * 86_400
    token = network.link("GenericUser_Tax", scope=ALL_SCOPES)["access_token"]
    assert network.get("/tax-forms?taxYear=2026", token).status_code == 200
    assert refusal(network.get("/tax-forms?taxYear=2027", token)) == (409, 1205)


def test_people_without_tax_forms_find_none(network) -> None:
    token = network.link("mikomo_9", scope=ALL_SCOPES)["access_token"]
    assert refusal(network.get("/tax-forms", token)) == (404, 1200)
    assert refusal(network.get("/tax-forms/tax2020", token)) == (404, 1200)


def test_each_form_is_served_alone(get, statements) -> None:
    for statement in statements:
        for wrapped in statement["forms"]:
            answer = get(f"/tax-forms/{form_of(wrapped)['taxFormId']}", Accept="application/json")
            assert answer.json() == {**statement, "forms": [wrapped]}
            check(answer.json(), "v24.taxStatement")


def test_each_form_is_a_pdf_with_its_boxes(get, statements) -> None:
    titles = {
        "Tax1099Div": "Form 1099-DIV",
        "Tax1099Int": "Form 1099-INT",
        "TaxW2": "Form W-2",
        "Tax1042S": "Form 1042-S",
    }
    for form in forms_of(statements):
        path = f"/tax-forms/{form['taxFormId']}"
        answer = get(path, Accept="application/pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content == get(path, Accept="application/pdf").content
        document = pypdfium2.PdfDocument(answer.content)
        try:
            pages = [page.get_textpage().get_text_range() for page in document]
        finally:
            document.close()
        text = " ".join(" ".join(pages).split())
        assert f"{titles[form['taxFormType']]}, tax year {form['taxYear']}" in text
        amounts = [value for value in form.values() if type(value) is float]
        assert amounts
        for amount in amounts:
            assert f"{amount:,.2f}" in text or f"{amount:,}" in text


def test_a_form_is_json_unless_a_pdf_is_asked_for(get) -> None:
    assert get("/tax-forms/tax2020", Accept="*/*").headers["Content-Type"] == "application/json"
    assert get("/tax-forms/tax2020", Accept="*/*").headers["Vary"] == "Accept"
    mixed = get("/tax-forms/tax2020", Accept="application/json;q=0.5, application/pdf")
    assert mixed.headers["Content-Type"] == "application/pdf"
    assert refusal(get("/tax-forms/tax2020", Accept="image/png")) == (406, 1203)


def test_an_unknown_form_is_1200(get) -> None:
    assert refusal(get("/tax-forms/none")) == (404, 1200)
