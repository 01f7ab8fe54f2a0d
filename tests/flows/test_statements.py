"""Statements, from consent to the page a person reads."""

import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import requests
from PIL import Image

from tests.support.app import V3_HEADERS, RecipientApp
from tests.support.bank import Bank
from tests.support.consumer import Consumer
from tests.support.contract import faults
from tests.support.network import RunningNetwork

ACCOUNT = "513815781465"
TYPES = ["application/pdf", "image/png", "image/jpeg", "image/gif", "image/tiff"]
CHECKING = "g833202fb0866d0ad83472c429"


def get(app: RecipientApp, path: str, token: str, **headers: str) -> requests.Response:
    sent = {"authorization": f"Bearer {token}", **V3_HEADERS, **headers}
    return requests.get(f"{app.network.url}{path}", headers=sent, timeout=60)


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    return answer.status_code, answer.json()["code"], answer.json()["message"]


@pytest.fixture(scope="module")
def token(network: RunningNetwork) -> str:
    """An id_token of the person with statements."""
    app = RecipientApp(network, network.secrets.sandbox)
    return str(app.mint("mikomo_11")["id_token"])


@pytest.fixture
def statements(app: RecipientApp, token: str) -> dict[str, list[dict[str, Any]]]:
    """The statements of the account, by status."""
    listed = get(app, f"/statements/v2/mikomo/{ACCOUNT}", token).json()["statements"]
    return {
        status: [each for each in listed if each["status"] == status]
        for status in ("AVAILABLE", "PROCESSING", "FAILED")
    }


def file_of(app: RecipientApp, token: str, statement: dict[str, Any], accept: str) -> Any:
    path = app.network.reach(statement["links"][0]["href"]).removeprefix(app.network.url)
    return get(app, path, token, accept=accept)


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_the_list_keeps_the_contract_and_links_to_this_network(
    app: RecipientApp, token: str, version: str
) -> None:
    answer = get(app, f"/statements/{version}/mikomo/{ACCOUNT}", token)

    assert answer.status_code == 200, answer.text
    assert faults("v24.statementList", answer.json()) == []
    listed = answer.json()["statements"]
    assert sorted(each["status"] for each in listed) == [
        "AVAILABLE",
        "AVAILABLE",
        "FAILED",
        "PROCESSING",
    ]
    for each in listed:
        assert each["accountId"] == ACCOUNT
        here = f"{app.network.issuer}/statements/{version}/mikomo/{ACCOUNT}/{each['statementId']}"
        [link] = each["links"]
        assert (link["href"], link["action"]) == (here, "GET")
        assert sorted(link["types"]) == sorted(TYPES)


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_statement_is_a_pdf_with_the_accounts_rows(
    app: RecipientApp, token: str, version: str
) -> None:
    listed = get(app, f"/statements/{version}/mikomo/{ACCOUNT}", token).json()["statements"]
    available = next(each for each in listed if each["status"] == "AVAILABLE")

    answer = file_of(app, token, available, "application/pdf")

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-akoya-interaction-id"].startswith("Root=1-")
    name = f"statement-{available['statementId']}.pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    document = pypdfium2.PdfDocument(answer.content)
    try:
        assert "1465" in "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, */*;q=0.1"])
def test_an_app_that_leaves_the_choice_gets_pdf(
    app: RecipientApp, token: str, statements: Any, accept: str
) -> None:
    answer = file_of(app, token, statements["AVAILABLE"][0], accept)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("image/png", "PNG"),
        ("image/jpeg", "JPEG"),
        ("image/jpg", "JPEG"),
        ("image/gif", "GIF"),
        ("image/tiff", "TIFF"),
        ("application/pdf;q=0.1, image/png", "PNG"),
    ],
)
def test_a_statement_is_a_picture_where_one_is_asked_for(
    app: RecipientApp, token: str, statements: Any, accept: str, form: str
) -> None:
    answer = file_of(app, token, statements["AVAILABLE"][0], accept)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == f"image/{form.lower()}"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.format == form


@pytest.mark.parametrize("accept", ["application/json", "text/html", "image/webp"])
def test_a_type_that_no_statement_has_is_406(
    app: RecipientApp, token: str, statements: Any, accept: str
) -> None:
    answer = file_of(app, token, statements["AVAILABLE"][0], accept)
    assert refusal(answer) == (406, 406, "Content Type not Supported")


def test_a_statement_that_is_being_made_is_400(
    app: RecipientApp, token: str, statements: Any
) -> None:
    answer = file_of(app, token, statements["PROCESSING"][0], "application/pdf")
    assert refusal(answer) == (400, 1300, "Statement is processing and is not yet available")


def test_a_statement_whose_making_failed_is_404(
    app: RecipientApp, token: str, statements: Any
) -> None:
    answer = file_of(app, token, statements["FAILED"][0], "application/pdf")
    assert refusal(answer)[:2] == (404, 1108)


@pytest.mark.parametrize("statement_id", ["nobodys", "~Li4", "~", "..%2F..%2Faccounts"])
def test_an_id_of_no_statement_is_404(app: RecipientApp, token: str, statement_id: str) -> None:
    answer = get(app, f"/statements/v2/mikomo/{ACCOUNT}/{statement_id}", token)
    assert answer.status_code in {404, 403}
    assert answer.json()["code"] in {1108, 403}


def test_an_account_without_statements_says_so(app: RecipientApp) -> None:
    token = app.mint("mikomo_10", [CHECKING])["id_token"]
    empty = f"/statements/v2/mikomo/{CHECKING}"
    assert get(app, empty, token).json() == {"statements": []}
    assert refusal(get(app, f"{empty}/any", token)) == (
        404,
        1108,
        "Account exists but contains no statements",
    )


def test_statements_of_an_account_that_is_not_shared_are_not_found(
    app: RecipientApp, token: str
) -> None:
    for path in (f"/statements/v2/mikomo/{CHECKING}", f"/statements/v2/mikomo/{CHECKING}/any"):
        assert refusal(get(app, path, token)) == (404, 701, "Account not found")


def test_following_next_gives_every_statement_once(app: RecipientApp, token: str) -> None:
    every = get(app, f"/statements/v2/mikomo/{ACCOUNT}", token).json()["statements"]
    seen: list[Any] = []
    path: str | None = f"/statements/v2/mikomo/{ACCOUNT}?limit=1"
    while path is not None:
        page = get(app, path, token).json()
        assert len(page["statements"]) == 1
        seen += page["statements"]
        path = page["links"].get("next", {}).get("href")
    assert seen == every


def test_a_window_narrows_the_list(app: RecipientApp, token: str, statements: Any) -> None:
    every = [each for group in statements.values() for each in group]
    day = min(each["statementDate"] for each in every)
    window = f"startTime={day}T00:00:00Z&endTime={day}T23:59:59Z"
    narrowed = get(app, f"/statements/v2/mikomo/{ACCOUNT}?{window}", token).json()["statements"]
    assert narrowed
    assert {each["statementDate"] for each in narrowed} == {day}


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("startTime=2024-01-01T00:00:00Z", (400, 703)),
        ("startTime=x&endTime=y", (400, 702)),
        ("limit=0", (400, 401)),
        ("unknown=1", (400, 401)),
    ],
)
def test_a_bad_question_is_refused(
    app: RecipientApp, token: str, query: str, error: tuple[int, int]
) -> None:
    answer = get(app, f"/statements/v2/mikomo/{ACCOUNT}?{query}", token)
    assert refusal(answer)[:2] == error


def test_an_expired_bank_token_is_renewed_before_the_file_comes(
    own_bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    token = app.mint("mikomo_11")["id_token"]
    listed = get(app, f"/statements/v2/mikomo/{ACCOUNT}", token).json()["statements"]
    available = next(each for each in listed if each["status"] == "AVAILABLE")
    own_bank.expire_access_tokens()

    answer = file_of(app, token, available, "application/pdf")

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert own_bank.access_tokens() == 1


def test_a_file_that_breaks_off_at_the_bank_is_never_taken_for_a_whole_one(
    app: RecipientApp, token: str, statements: Any
) -> None:
    path = f"/statements/v2/mikomo/{ACCOUNT}/{statements['AVAILABLE'][0]['statementId']}"
    with pytest.raises(requests.exceptions.RequestException):
        get(app, path, token, **{"x-sandbox-fault": "truncate"})


@pytest.mark.parametrize(
    ("fault", "error"),
    [("status=503", (503, 503)), ("malformed", (500, 501)), ("reset", (500, 501))],
)
def test_a_bank_in_trouble_has_the_documented_answer(
    app: RecipientApp, token: str, statements: Any, fault: str, error: tuple[int, int]
) -> None:
    path = f"/statements/v2/mikomo/{ACCOUNT}"
    file = f"{path}/{statements['AVAILABLE'][0]['statementId']}"
    for each in (path, file):
        assert refusal(get(app, each, token, **{"x-sandbox-fault": fault}))[:2] == error


def test_a_consent_that_was_stopped_shares_no_statement(
    app: RecipientApp, consumer: Consumer
) -> None:
    tokens = app.mint("mikomo_11")
    listed = get(app, f"/statements/v2/mikomo/{ACCOUNT}", tokens["id_token"]).json()
    app.revoke(tokens["refresh_token"])
    answer = file_of(app, tokens["id_token"], listed["statements"][0], "application/pdf")
    assert refusal(answer)[:2] == (401, 602)


def test_a_path_of_no_known_form_is_forbidden(app: RecipientApp, token: str) -> None:
    answer = get(app, f"/statements/v2/mikomo/{ACCOUNT}/s1/more", token)
    assert refusal(answer)[:2] == (403, 403)
