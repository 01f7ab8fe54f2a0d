"""`POST /token`: statuses and bodies word for word, and who may ask."""

from collections.abc import Mapping
from urllib.parse import quote_plus

import pytest
import requests

from tests.support.app import Credentials, RecipientApp
from tests.support.consumer import Consumer

CODE_INVALID = {
    "error": "invalid_request",
    "error_description": "Invalid or expired code parameter.",
}
REDIRECT_DIFFERS = {
    "error": "invalid_request",
    "error_description": "redirect_uri did not match URI from initial request.",
}
GRANT_TYPE = {"error": "invalid_grant"}
CLIENT = {"error": "invalid_client", "error_description": "Invalid client credentials."}
REFRESH_ABSENT = {
    "error": "invalid_request",
    "error_description": "No refresh token in request.",
}
REFRESH_INVALID = {
    "error": "invalid_request",
    "error_description": "Refresh token is invalid or has already been claimed by another client.",
}


def check(answer: requests.Response, status: int, body: Mapping[str, str]) -> None:
    assert (answer.status_code, answer.json()) == (status, body)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-akoya-interaction-id"]


@pytest.mark.parametrize("code", ["wrong", "", None, "é✓", "x" * 5000, "a\x00b"])
def test_wrong_or_missing_code_is_refused(app: RecipientApp, code: str | None) -> None:
    check(app.post("/token", {"grant_type": "authorization_code", "code": code,
                              "redirect_uri": app.redirect_uri}, "basic"),
          400, CODE_INVALID)  # fmt: skip


@pytest.mark.parametrize("redirect_uri", ["https://wrong/", "", None])
def test_other_redirect_uri_is_refused_and_the_code_still_works(
    app: RecipientApp, consumer: Consumer, redirect_uri: str | None
) -> None:
    code = app.code(consumer)

    check(app.exchange(code, redirect_uri=redirect_uri), 400, REDIRECT_DIFFERS)
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize(
    "grant_type", [None, "", "password", "client_credentials", "REFRESH_TOKEN"]
)
def test_missing_or_wrong_grant_type_is_refused(app: RecipientApp, grant_type: str | None) -> None:
    form = {"grant_type": grant_type, "code": "c", "refresh_token": "r"}

    check(app.post("/token", form), 400, GRANT_TYPE)
    check(app.post("/token", form, "basic"), 400, GRANT_TYPE)


@pytest.mark.parametrize("refresh_token", [None, ""])
def test_absent_refresh_token_is_refused(app: RecipientApp, refresh_token: str | None) -> None:
    check(app.refresh(refresh_token), 400, REFRESH_ABSENT)


@pytest.mark.parametrize("refresh_token", ["wrong", "é", "x" * 5000])
def test_wrong_refresh_token_is_refused(app: RecipientApp, refresh_token: str) -> None:
    check(app.refresh(refresh_token), 400, REFRESH_INVALID)


BAD_CLIENTS: list[dict[str, str | None]] = [
    {"client_id": None},
    {"client_secret": None},
    {"client_id": ""},
    {"client_secret": ""},
    {"client_id": "nobody"},
    {"client_secret": "wrong"},
    {"client_secret": "é"},
    {"client_id": None, "client_secret": None},
]


@pytest.mark.parametrize("changes", BAD_CLIENTS, ids=str)
def test_bad_client_in_the_body_is_refused(
    app: RecipientApp, changes: dict[str, str | None]
) -> None:
    check(app.refresh("anything", **changes), 401, CLIENT)


def basic(header: str, app: RecipientApp, **fields: str) -> requests.Response:
    return requests.post(
        f"{app.network.url}/token",
        data={"grant_type": "refresh_token", "refresh_token": "r", **fields},
        headers={"authorization": header},
        timeout=30,
    )


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic bm9jb2xvbg==",
        "Basic /////w==",
        "Basic Og==",
        "Bearer abc",
        "",
        "Basic c2FuZGJveC1hcHA6d3Jvbmc=",
    ],
)
def test_bad_basic_header_is_refused_with_a_challenge(app: RecipientApp, header: str) -> None:
    answer = basic(header, app)

    check(answer, 401, CLIENT)
    assert answer.headers["www-authenticate"].startswith("Basic ")


def test_secret_of_another_app_is_refused(app: RecipientApp, other_app: RecipientApp) -> None:
    check(app.refresh("r", client_secret=other_app.credentials.client_secret), 401, CLIENT)


@pytest.mark.parametrize("credentials", ["basic", "body", "both"])
def test_code_and_refresh_take_basic_body_and_both_when_they_agree(
    app: RecipientApp, consumer: Consumer, credentials: Credentials
) -> None:
    answer = app.exchange(app.code(consumer, "mikomo_5"), credentials)

    assert answer.status_code == 200, answer.text
    assert app.refresh(answer.json()["refresh_token"], credentials).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"client_id": "demo-app"}, {"client_secret": "other"}], ids=str
)
def test_basic_and_body_that_disagree_are_refused(
    app: RecipientApp, changes: dict[str, str]
) -> None:
    tokens = app.mint("mikomo_5")

    check(app.refresh(tokens["refresh_token"], "both", **changes), 401, CLIENT)
    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_form_encoded_basic_credentials_are_understood(app: RecipientApp) -> None:
    credentials = app.credentials
    encoded = (quote_plus(credentials.client_id), quote_plus(credentials.client_secret, safe=""))
    answer = requests.post(
        f"{app.network.url}/token",
        data={"grant_type": "refresh_token"},
        auth=encoded,
        timeout=30,
    )

    check(answer, 400, REFRESH_ABSENT)


def test_code_of_another_app_is_refused_and_stays_good(
    app: RecipientApp, other_app: RecipientApp, consumer: Consumer
) -> None:
    code = app.code(consumer, "mikomo_5")

    check(other_app.exchange(code, redirect_uri=app.redirect_uri), 400, CODE_INVALID)
    assert app.exchange(code).status_code == 200


def test_refresh_token_of_another_app_is_refused_and_stays_good(
    app: RecipientApp, other_app: RecipientApp
) -> None:
    tokens = app.mint("mikomo_5")

    check(other_app.refresh(tokens["refresh_token"]), 400, REFRESH_INVALID)
    assert app.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "client_id"])
def test_parameter_given_twice_is_refused(app: RecipientApp, consumer: Consumer, name: str) -> None:
    code = app.code(consumer, "mikomo_5")
    form = {
        "grant_type": "authorization_code",
        "redirect_uri": app.redirect_uri,
        "code": code,
        "client_id": app.credentials.client_id,
        "client_secret": app.credentials.client_secret,
    }
    answer = requests.post(
        f"{app.network.url}/token", data=[*form.items(), (name, form[name])], timeout=30
    )

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"grant_type":"refresh_token"}', "application/json"),
        (b"grant_type=refresh_token", "text/plain"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b"grant_type=%ff%fe", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"a=b&" * 700, "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
    ],
)
def test_body_that_is_no_form_gets_an_oauth_error(
    app: RecipientApp, body: bytes, content_type: str
) -> None:
    answer = requests.post(
        f"{app.network.url}/token",
        data=body,
        headers={"content-type": content_type},
        timeout=30,
    )

    assert answer.status_code in {400, 401}
    assert answer.json()["error"] in {"invalid_request", "invalid_client"}
