"""Tax forms, from consent to data and pages."""

import base64
from typing import Any

import pypdfium2
import pytest
import requests

from tests.support.app import V3_HEADERS, RecipientApp
from tests.support.contract import faults
from tests.support.network import RunningNetwork

USER = "GenericUser_Tax"
KINDS = {"tax1099Div", "tax1099Int", "taxW2", "tax1042S"}


def get(app: RecipientApp, path: str, token: str, **headers: str) -> requests.Response:
    sent = {"authorization": f"Bearer {token}", **V3_HEADERS, **headers}
    return requests.get(f"{app.network.url}/tax-forms{path}", headers=sent, timeout=60)


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    return answer.status_code, answer.json()["code"], answer.json()["message"]


def forms_in(body: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """The forms of a list by their ids, each with its kind."""
    return {
        form["taxFormId"]: (kind, form)
        for statement in body["statements"]
        for wrapped in statement["forms"]
        for kind, form in wrapped.items()
    }


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.fixture(scope="module")
def token(network: RunningNetwork) -> str:
    """An id_token for all accounts of the person with tax forms."""
    app = RecipientApp(network, network.secrets.sandbox)
    return str(app.mint(USER)["id_token"])


@pytest.fixture(scope="module")
def owned(network: RunningNetwork, token: str) -> dict[str, str]:
    """The ids of forms that are about an account, with the account's id."""
    app = RecipientApp(network, network.secrets.sandbox)
    found: dict[str, str] = {}
    for account in app.get("accounts-info", token).json()["accounts"]:
        [fields] = account.values()
        answer = get(app, f"/v2/mikomo/{fields['accountId']}", token)
        if answer.status_code == 200:
            named = {
                form_id: form["accountId"]
                for form_id, (_, form) in forms_in(answer.json()).items()
                if "accountId" in form
            }
            assert set(named.values()) <= {fields["accountId"]}
            found |= named
    assert found
    return found


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_search_finds_all_four_kinds_of_forms(
    app: RecipientApp, token: str, version: str
) -> None:
    answer = get(app, f"/{version}/mikomo", token)

    assert answer.status_code == 200, answer.text
    assert faults("v24.taxStatementList", answer.json()) == []
    forms = forms_in(answer.json())
    assert {kind for kind, _ in forms.values()} == KINDS
    assert "tax2020" in forms
    assert {each["taxDataType"] for each in answer.json()["statements"]} == {"JSON"}


def test_a_search_narrows_by_year_type_and_account(
    app: RecipientApp, token: str, owned: dict[str, str]
) -> None:
    every = get(app, "/v2/mikomo", token).json()["statements"]
    year = every[0]["taxYear"]
    in_year = get(app, f"/v2/mikomo?taxYear={year}", token).json()["statements"]
    assert in_year == [each for each in every if each["taxYear"] == year]

    of_kind = get(app, "/v2/mikomo?taxForms=Tax1099Int", token).json()
    assert {kind for kind, _ in forms_in(of_kind).values()} == {"tax1099Int"}

    form_id, account_id = next(iter(owned.items()))
    by_path = get(app, f"/v2/mikomo/{account_id}", token).json()
    by_query = get(app, f"/v2/mikomo?accountId={account_id}", token).json()
    assert form_id in forms_in(by_path)
    assert by_path == by_query


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_one_form_comes_as_data(app: RecipientApp, token: str, version: str) -> None:
    answer = get(app, f"/{version}/mikomo/tax2020", token)

    assert answer.status_code == 200, answer.text
    assert faults("v24.taxStatement", answer.json()) == []
    assert set(forms_in({"statements": [answer.json()]})) == {"tax2020"}
    assert "pdf" not in answer.json()


def test_one_form_comes_as_a_pdf(app: RecipientApp, token: str) -> None:
    answer = get(app, "/v2/mikomo/tax2020", token, accept="application/pdf")

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="tax-form-tax2020.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert text_of(answer.content).strip()


def test_one_form_comes_with_its_pdf_in_base64(app: RecipientApp, token: str) -> None:
    body = get(app, "/v2/mikomo/tax2020?taxDataType=BASE64_PDF", token).json()

    assert faults("v24.taxStatement", body) == []
    assert body["taxDataType"] == "BASE64_PDF"
    assert base64.b64decode(body["pdf"]).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("query", "accept"), [("?taxDataType=BASE64_PDF", "*/*"), ("", "application/pdf")]
)
def test_a_search_gives_each_forms_pdf_in_base64(
    app: RecipientApp, token: str, query: str, accept: str
) -> None:
    plain = forms_in(get(app, "/v2/mikomo", token).json())
    body = get(app, f"/v2/mikomo{query}", token, accept=accept).json()

    assert faults("v24.taxStatementList", body) == []
    assert set(forms_in(body)) == set(plain)
    for each in body["statements"]:
        assert len(each["forms"]) == 1
        assert base64.b64decode(each["pdf"]).startswith(b"%PDF-")


def test_forms_of_accounts_that_are_not_shared_are_not_there(
    app: RecipientApp, token: str, owned: dict[str, str]
) -> None:
    accounts = [
        fields["accountId"]
        for account in app.get("accounts-info", token).json()["accounts"]
        for fields in account.values()
    ]
    hidden_id, hidden_account = next(iter(owned.items()))
    shared = [each for each in accounts if each != hidden_account]
    narrow = app.mint(USER, shared)["id_token"]

    # Forms that name no account are the customer's, and are shared with the product.
    every = set(forms_in(get(app, "/v2/mikomo", token).json()))
    gone = {form_id for form_id, account in owned.items() if account == hidden_account}
    assert set(forms_in(get(app, "/v2/mikomo", narrow).json())) == every - gone
    for accept in ("application/json", "application/pdf"):
        answer = get(app, f"/v2/mikomo/{hidden_id}", narrow, accept=accept)
        assert refusal(answer)[:2] == (404, 1200)
    by_account = get(app, f"/v2/mikomo?accountId={hidden_account}", narrow)
    assert refusal(by_account) == (404, 701, "Account not found")


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/v2/mikomo/nobodys", (404, 1200)),
        ("/v2/mikomo?taxYear=2023&taxForms=Tax1041K1", (404, 1200)),
        ("/v2/mikomo?taxForms=TaxOfNoKind", (400, 1201)),
        ("/v2/mikomo?taxYear=1900", (400, 1202)),
        ("/v2/mikomo?taxYear=last", (400, 401)),
        ("/v2/mikomo?taxDataType=XML", (400, 401)),
        ("/v2/mikomo?unknown=1", (400, 401)),
        ("/v2/mikomo/nobodys?taxYear=2020", (404, 701)),
        ("/v2/mikomo/tax2020/more", (403, 403)),
    ],
)
def test_a_bad_question_has_the_documented_answer(
    app: RecipientApp, token: str, path: str, error: tuple[int, int]
) -> None:
    assert refusal(get(app, path, token))[:2] == error


def test_forms_of_a_year_that_is_not_over_are_not_yet_available(
    app: RecipientApp, token: str
) -> None:
    # Which year the bank stands in is the sandbox's to say: it is the last one that it knows.
    answers = (get(app, f"/v2/mikomo?taxYear={year}", token) for year in range(2100, 2019, -1))
    assert refusal(next(each for each in answers if each.status_code != 400)) == (
        409,
        1205,
        "Tax forms are not currently available for this account or this year",
    )


@pytest.mark.parametrize("accept", ["image/png", "text/html"])
@pytest.mark.parametrize("path", ["/v2/mikomo", "/v2/mikomo/tax2020"])
def test_other_types_than_json_and_pdf_are_406(
    app: RecipientApp, token: str, path: str, accept: str
) -> None:
    answer = get(app, path, token, accept=accept)
    assert refusal(answer) == (406, 406, "Content Type not Supported")


def test_an_interaction_id_of_the_apps_own_is_tolerated(app: RecipientApp, token: str) -> None:
    header = {"x-akoya-interaction-id": "whatever the app likes"}
    answer = get(app, "/v2/mikomo/tax2020", token, **header)
    assert answer.status_code == 200
    assert answer.headers["x-akoya-interaction-id"].startswith("Root=1-")


def test_a_person_without_tax_forms_has_none(app: RecipientApp) -> None:
    token = app.mint("mikomo_11")["id_token"]
    assert refusal(get(app, "/v2/mikomo", token))[:2] == (404, 1200)
