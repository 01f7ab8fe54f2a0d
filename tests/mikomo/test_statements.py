"""The statements of an account, as a list and as files."""

import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
import requests
from PIL import Image

from tests.mikomo.answers import check, refusal
from tests.mikomo.network import Network

PATH = "/accounts/513815781465/statements"
TYPES = ["application/pdf", "image/png", "image/jpeg", "image/gif", "image/tiff"]


@pytest.fixture(scope="session")
def get(program, access_token_of) -> Callable[..., requests.Response]:
    """What mikomo_11's network gets."""
    network, token = Network(program.url), access_token_of("mikomo_11")
    return lambda path, **headers: network.get(path, token, **headers)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(pages).split())


def of_status(get: Callable[..., requests.Response], status: str) -> list[dict[str, Any]]:
    return [one for one in get(PATH).json()["statements"] if one["status"] == status]


def test_the_list_fits_the_contract_and_links_to_each_file(get) -> None:
    answer = get(PATH).json()
    assert list(answer) == ["page", "links", "statements"]
    assert answer["page"] == {"totalElements": 4}
    check(answer, "v24.statementList")
    statuses = [one["status"] for one in answer["statements"]]
    assert sorted(statuses) == ["AVAILABLE", "AVAILABLE", "FAILED", "PROCESSING"]
    for one in answer["statements"]:
        assert one["accountId"] == "513815781465"
        assert one["description"]
        href = f"{PATH}/{one['statementId']}"
        assert one["links"] == [{"href": href, "action": "GET", "types": TYPES}]


def test_an_account_without_statements_has_an_empty_list(network, access_token_of) -> None:
    answer = network.get("/accounts/5426873/statements", access_token_of("mikomo_10"))
    assert answer.json() == {"page": {"totalElements": 0}, "links": {}, "statements": []}


def test_statements_come_in_pages(get) -> None:
    everyone = get(PATH).json()["statements"]
    first = get(f"{PATH}?limit=3").json()
    assert first["statements"] == everyone[:3]
    assert first["links"] == {"next": {"href": f"{PATH}?limit=3&offset=3"}}
    rest = get(first["links"]["next"]["href"]).json()
    assert rest["statements"] == everyone[3:]
    assert rest["page"] == {"totalElements": 4, "prevOffset": "0"}


def test_a_window_holds_the_statements_of_its_days(get) -> None:
    everyone = get(PATH).json()["statements"]
    days = sorted(one["statementDate"] for one in everyone)
    query = f"startTime={days[1]}T23:59:59Z&endTime={days[2]}T00:00:00Z"
    found = get(f"{PATH}?{query}").json()["statements"]
    assert [one["statementDate"] for one in found] == days[1:3]
    assert get(f"{PATH}?startTime=1999-01-01&endTime=1999-12-31").json()["statements"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("startTime=2023-01-01", (400, 703)),
        ("startTime=2023-01-02&endTime=2023-01-01", (400, 703)),
        ("startTime=soon&endTime=2023-01-01", (400, 702)),
        ("limit=501", (400, 401)),
        ("offset=x", (400, 401)),
    ],
)
def test_a_bad_question_is_told_what_was_expected(get, query, expected) -> None:
    assert refusal(get(f"{PATH}?{query}")) == expected


def test_a_statement_is_a_pdf_of_the_account(get) -> None:
    for one in of_status(get, "AVAILABLE"):
        answer = get(one["links"][0]["href"])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        name = f'inline; filename="statement-{one["statementDate"]}.pdf"'
        assert answer.headers["Content-Disposition"] == name
        text = text_of(answer.content)
        assert one["description"] in text
        assert "x1465" in text
        assert "Opening balance" in text
        assert "Page 1 of" in text


def test_rows_that_the_data_api_does_not_offer_stand_on_the_statements(get) -> None:
    assert get("/accounts/513815781465/transactions").json()["transactions"] == []
    for one in of_status(get, "AVAILABLE"):
        text = text_of(get(one["links"][0]["href"]).content)
        assert "PAYROLL" in text
        assert text.count(f" {one['statementDate'][:7]}-") > 5


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        *((media_type, media_type) for media_type in TYPES),
        ("*/*", "application/pdf"),
        ("application/*", "application/pdf"),
        ("image/*", "image/png"),
        ("IMAGE/GIF", "image/gif"),
        ("image/png, image/tiff;q=0.9", "image/png"),
        ("image/png;q=0.1, image/tiff;q=0.9", "image/tiff"),
        ("image/jpeg, */*", "image/jpeg"),
        ("*/*;q=0.5, application/pdf;q=0", "image/png"),
        ("text/html, image/gif; q=0.001", "image/gif"),
        ("", "application/pdf"),
    ],
)
def test_the_accept_header_chooses_the_type(get, accept, media_type) -> None:
    href = of_status(get, "AVAILABLE")[0]["links"][0]["href"]
    answer = get(href, Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Vary"] == "Accept"
    if media_type == "application/pdf":
        assert answer.content.startswith(b"%PDF-")
    else:
        with Image.open(io.BytesIO(answer.content)) as picture:
            picture.load()
            assert Image.MIME[picture.format] == media_type


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "text/*",
        "image/webp",
        "application/pdf;q=0",
        "*/*;q=0",
        "application/pdf;q=2",
        "image",
    ],
)
def test_another_type_is_1203(get, accept) -> None:
    href = of_status(get, "AVAILABLE")[0]["links"][0]["href"]
    assert refusal(get(href, Accept=accept)) == (406, 1203)


def test_a_statement_that_is_not_to_be_had_says_why(get) -> None:
    (processing,) = of_status(get, "PROCESSING")
    answer = get(processing["links"][0]["href"])
    assert refusal(answer) == (400, 1300)
    assert answer.json()["message"] == "Statement is processing and is not yet available"
    (failed,) = of_status(get, "FAILED")
    assert refusal(get(failed["links"][0]["href"])) == (404, 1108)
    assert refusal(get(f"{PATH}/none")) == (404, 1108)
    assert refusal(get(f"{PATH}/%00")) == (404, 1108)


@pytest.mark.parametrize("username", ["GenericUser_Pfm", "GenericUser_LendingAndCredit"])
def test_statements_show_the_rows_and_balances_of_their_month(program, username) -> None:
    network = Network(program.url)
    token = network.link(username)["access_token"]
    shown = 0
    for envelope in network.get("/accounts", token).json()["accounts"]:
        ((category, account),) = envelope.items()
        path = f"/accounts/{account['accountId']}"
        statements = network.get(f"{path}/statements", token).json()["statements"]
        available = [one for one in statements if one["status"] == "AVAILABLE"]
        closing = None
        for statement in available[-2:]:
            last = statement["statementDate"]
            window = f"startTime={last[:8]}01&endTime={last}&limit=500"
            rows = network.get(f"{path}/transactions?{window}", token).json()["transactions"]
            text = text_of(network.get(statement["links"][0]["href"], token).content)
            total = Decimal()
            for row in (next(iter(entry.values())) for entry in rows):
                amount = Decimal(str(row["amount"]))
                day, description = row["postedTimestamp"][:10], " ".join(row["description"].split())
                assert f"{day} {description} {amount:,.2f}" in text
                total += amount
                shown += 1
            sign = -1 if category in {"locAccount", "loanAccount"} else 1
            opening, opened = balance(text, "Opening"), closing
            closing = balance(text, "Closing")
            assert opening + sign * total == closing
            assert opened in (None, opening)
    assert shown


def balance(text: str, which: str) -> Decimal:
    found = re.search(which + r" (?:balance|cash) (-?[\d,]+\.\d\d) USD", text)
    assert found, text[:400]
    return Decimal(found[1].replace(",", ""))


def test_the_same_statement_is_the_same_file_at_every_bank(get, restartable) -> None:
    href = of_status(get, "AVAILABLE")[0]["links"][0]["href"]
    other = restartable()
    try:
        network = Network(other.url)
        token = network.link("mikomo_11")["access_token"]
        for media_type in ("application/pdf", "image/png"):
            again = network.get(href, token, Accept=media_type)
            assert again.content == get(href, Accept=media_type).content
    finally:
        other.stop()
