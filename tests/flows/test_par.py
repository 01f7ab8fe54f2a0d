"""Pushed authorization requests (RFC 9126), with the cases of the FAPI 2.0 test plan."""

import html

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer, query_of
from tests.support.network import Calendar
from tests.support.oauth_app import OAuthApp

Changes = dict[str, str | None]


def error_page(consumer: Consumer, url: str) -> str:
    page = consumer.get(url)
    assert page.status == 400
    assert page.onward is None
    return html.unescape(page.response.text)


def test_pushed_request_is_answered_with_a_request_uri_and_its_time(oauth_app: OAuthApp) -> None:
    answer = oauth_app.push()

    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert set(body) == {"request_uri", "expires_in"}
    assert body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert len(body["request_uri"].rpartition(":")[2]) >= 43
    assert 60 <= body["expires_in"] < 600


def test_client_id_and_request_uri_are_enough_in_the_browser(
    oauth_app: OAuthApp, consumer: Consumer
) -> None:
    page = consumer.consent(oauth_app.pushed_url(oauth_app.pushed(state="pushed")), "mikomo_5")

    query = query_of(consumer.approve(page))

    assert query["state"] == "pushed"
    assert query["iss"] == oauth_app.network.issuer
    tokens = oauth_app.exchange(query["code"]).json()
    assert oauth_app.get("balances", tokens["id_token"]).status_code == 200


def test_what_the_browser_adds_to_a_pushed_request_is_worth_nothing(
    oauth_app: OAuthApp, consumer: Consumer
) -> None:
    url = oauth_app.pushed_url(
        oauth_app.pushed(state="pushed"),
        redirect_uri="https://evil.example/callback",
        state="changed",
        scope="openid",
        prompt="none",
    )

    location = consumer.approve(consumer.consent(url, "mikomo_5"))

    assert location.startswith(f"{oauth_app.redirect_uri}?")
    query = query_of(location)
    assert query["state"] == "pushed"
    assert "refresh_token" in oauth_app.exchange(query["code"]).json()


def test_request_uri_opened_twice_before_the_login_still_works(
    oauth_app: OAuthApp, consumer: Consumer
) -> None:
    url = oauth_app.pushed_url(oauth_app.pushed())
    consumer.open(url)

    location = consumer.approve(consumer.consent(url, "mikomo_5"))

    assert "code" in query_of(location)


def test_request_uri_is_used_up_by_an_approval(oauth_app: OAuthApp, consumer: Consumer) -> None:
    url = oauth_app.pushed_url(oauth_app.pushed())
    consumer.approve(consumer.consent(url, "mikomo_5"))

    assert "has been used" in error_page(consumer, url)


def test_request_uri_is_used_up_by_a_cancel(oauth_app: OAuthApp, consumer: Consumer) -> None:
    url = oauth_app.pushed_url(oauth_app.pushed())
    consumer.press(consumer.consent(url, "mikomo_5"), "Cancel")

    error_page(consumer, url)


def test_of_two_tabs_with_one_request_uri_the_first_decision_counts(
    oauth_app: OAuthApp, consumer: Consumer
) -> None:
    url = oauth_app.pushed_url(oauth_app.pushed())
    first, second = (consumer.consent(url, "mikomo_5") for _ in range(2))

    assert "code" in query_of(consumer.approve(first))
    late = query_of(consumer.approve(second))

    assert late["error"] == "access_denied"
    assert "code" not in late


def test_second_submit_of_a_pushed_request_gets_the_same_code(
    oauth_app: OAuthApp, consumer: Consumer
) -> None:
    page = consumer.consent(oauth_app.pushed_url(oauth_app.pushed()), "mikomo_5")

    assert consumer.approve(page) == consumer.approve(page)


def test_request_uri_of_another_app_is_refused(
    oauth_app: OAuthApp, other_oauth_app: OAuthApp, consumer: Consumer
) -> None:
    error_page(consumer, other_oauth_app.pushed_url(oauth_app.pushed()))


def test_expired_request_uri_is_refused(
    oauth_app: OAuthApp, consumer: Consumer, calendar: Calendar
) -> None:
    answer = oauth_app.push().json()
    calendar.pass_time(seconds=answer["expires_in"])

    error_page(consumer, oauth_app.pushed_url(answer["request_uri"]))


def test_unknown_request_uri_is_refused(oauth_app: OAuthApp, consumer: Consumer) -> None:
    error_page(consumer, oauth_app.pushed_url("urn:ietf:params:oauth:request_uri:made-up"))


@pytest.mark.parametrize("doubled", ["client_id", "request_uri"])
def test_doubled_parameter_beside_a_request_uri_is_refused(
    oauth_app: OAuthApp, consumer: Consumer, doubled: str
) -> None:
    url = oauth_app.pushed_url(oauth_app.pushed())

    error_page(consumer, f"{url}&{doubled}=other")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"redirect_uri": "https://evil.example/callback"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"connector": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"nonce": "n" * 5000}, "invalid_request"),
    ],
    ids=str,
)
def test_request_is_checked_when_it_is_pushed(
    oauth_app: OAuthApp, changes: Changes, error: str
) -> None:
    answer = oauth_app.push(**changes)

    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert answer.headers["cache-control"] == "no-store"


def test_push_needs_the_apps_proof(oauth_app: OAuthApp) -> None:
    for form in ({}, {"client_secret": "wrong"}):
        answer = requests.post(
            f"{oauth_app.network.url}/par",
            data={**oauth_app.authorization(), **form},
            timeout=30,
        )
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"


def test_client_secret_in_the_body_proves_the_app_too(oauth_app: OAuthApp) -> None:
    assert oauth_app.push("body").status_code == 201


def test_parameter_pushed_twice_is_refused(oauth_app: OAuthApp) -> None:
    answer = requests.post(
        f"{oauth_app.network.url}/par",
        data=[*oauth_app.authorization().items(), ("state", "other")],
        auth=(oauth_app.credentials.client_id, oauth_app.credentials.client_secret),
        timeout=30,
    )

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_par_takes_no_other_method(oauth_app: OAuthApp, method: str) -> None:
    answer = requests.request(method, f"{oauth_app.network.url}/par", timeout=30)

    assert answer.status_code == 405
    assert answer.json()["error"] == "invalid_request"


def test_push_that_is_too_large_is_413(oauth_app: OAuthApp) -> None:
    answer = oauth_app.push(claims="x" * 70_000)

    assert answer.status_code == 413
    assert answer.json()["error"] == "invalid_request"


def test_classic_app_cannot_push_and_its_request_uri_is_refused_as_ever(
    app: RecipientApp, oauth_app: OAuthApp
) -> None:
    answer = app.post("/par", app.authorization(), "basic")
    assert answer.status_code == 400
    assert answer.json()["error"] == "unauthorized_client"

    url = app.network.reach(app.auth_url(request_uri=oauth_app.pushed()))
    location = requests.get(url, allow_redirects=False, timeout=30).headers["location"]
    assert query_of(location)["error"] == "request_uri_not_supported"


def test_nothing_that_was_pushed_can_be_read_in_the_database(oauth_app: OAuthApp) -> None:
    request_uri = oauth_app.pushed(login_hint="a-name-of-a-person", state="a-state-to-find")

    stored = repr(oauth_app.network.rows("SELECT * FROM pushed_requests"))

    assert "a-name-of-a-person" not in stored
    assert "a-state-to-find" not in stored
    assert request_uri.rpartition(":")[2] not in stored
