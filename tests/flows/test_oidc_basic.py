"""The modules of the OpenID Connect basic OP test plan that an authorization request decides."""

from typing import Any

import pytest
import requests

from tests.support.app import RecipientApp, Tokens
from tests.support.consumer import Consumer, query_of
from tests.support.forgery import unproven
from tests.support.network import Calendar
from tests.support.oauth_app import OAuthApp
from tests.support.process import eventually

BOTH = pytest.mark.parametrize("kind", ["akoya", "oauth"])


@pytest.fixture
def any_app(kind: str, app: RecipientApp, oauth_app: OAuthApp) -> RecipientApp:
    return app if kind == "akoya" else oauth_app


def userinfo(app: RecipientApp, token: str, method: str = "GET", **options: Any) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return requests.request(
        method, f"{app.network.url}/userinfo", headers=headers, timeout=30, **options
    )


def claims(tokens: Tokens) -> dict[str, Any]:
    return unproven(tokens["id_token"], 1)


@BOTH
def test_request_in_a_form_works_like_one_in_a_link(
    any_app: RecipientApp, consumer: Consumer
) -> None:
    answer = requests.post(
        f"{any_app.network.url}/auth",
        data=any_app.authorization(state="in a form"),
        allow_redirects=False,
        timeout=30,
    )
    assert answer.status_code == 303

    location = consumer.approve(consumer.consent(answer.headers["location"], "mikomo_5"))

    assert query_of(location)["state"] == "in a form"


def test_parameter_given_twice_in_a_form_is_refused(app: RecipientApp, consumer: Consumer) -> None:
    pairs = [*app.authorization().items(), ("state", "other")]
    answer = requests.post(f"{app.network.url}/auth", data=pairs, allow_redirects=False, timeout=30)

    onward = consumer.get(answer.headers["location"]).onward

    assert onward is not None
    assert query_of(onward)["error"] == "invalid_request"


def test_body_that_is_no_form_is_a_page(app: RecipientApp) -> None:
    answer = requests.post(f"{app.network.url}/auth", json=app.authorization(), timeout=30)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@BOTH
@pytest.mark.parametrize(
    "extra",
    [
        {"display": "page"},
        {"display": "popup"},
        {"ui_locales": "se en"},
        {"claims_locales": "se"},
        {"acr_values": "1 2"},
        {"claims": '{"userinfo":{"name":{"essential":true}}}'},
        {"login_hint": "mikomo_5"},
        {"extra": "foobar"},
        {"nonce": None},
        {"state": None},
        {"scope": "profile openid offline_access"},
        {"scope": "openid profile email address phone offline_access"},
    ],
    ids=str,
)
def test_optional_parameter_is_tolerated(
    any_app: RecipientApp, consumer: Consumer, extra: dict[str, str | None]
) -> None:
    page = consumer.get(any_app.auth_url(**extra))

    assert page.status == 302
    assert page.onward is not None
    assert page.onward.startswith(any_app.network.bank.url)


@pytest.mark.parametrize("length", [64, 384])
def test_long_nonce_comes_back_whole(oauth_app: OAuthApp, consumer: Consumer, length: int) -> None:
    tokens = oauth_app.link(consumer, "mikomo_5", nonce="n" * length)

    assert claims(tokens)["nonce"] == "n" * length


def test_long_state_comes_back_whole(oauth_app: OAuthApp, consumer: Consumer) -> None:
    page = consumer.consent(oauth_app.auth_url(state="s" * 4000), "mikomo_5")

    assert query_of(consumer.approve(page))["state"] == "s" * 4000


@BOTH
def test_without_state_none_is_invented(any_app: RecipientApp, consumer: Consumer) -> None:
    page = consumer.consent(any_app.auth_url(state=None), "mikomo_5")

    assert set(query_of(consumer.approve(page))) == {"code", "iss"}


@BOTH
def test_consumer_who_cancels_is_told_to_the_app(any_app: RecipientApp, consumer: Consumer) -> None:
    answer = consumer.press(consumer.consent(any_app.auth_url(), "mikomo_5"), "Cancel")

    query = query_of(answer.headers["location"])
    assert query["error"] == "access_denied"
    assert query["iss"] == any_app.network.issuer


@BOTH
@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "1"}], ids=str)
def test_prompt_login_and_a_small_max_age_make_a_later_sign_in(
    any_app: RecipientApp,
    consumer: Consumer,
    calendar: Calendar,
    changes: dict[str, str | None],
) -> None:
    first = any_app.link(consumer, "mikomo_5")
    calendar.pass_time(seconds=5)

    second = any_app.link(consumer, "mikomo_5", **changes)

    assert claims(second)["auth_time"] > claims(first)["auth_time"]
    assert claims(second)["sub"] == claims(first)["sub"]


@BOTH
def test_large_max_age_without_a_page_keeps_the_time_of_the_sign_in(
    any_app: RecipientApp, consumer: Consumer, calendar: Calendar
) -> None:
    first = any_app.link(consumer, "mikomo_5")
    calendar.pass_time(seconds=5)

    onward = consumer.get(any_app.auth_url(prompt="none", max_age="10000")).onward

    assert onward is not None
    second = any_app.exchange(query_of(onward)["code"]).json()
    assert claims(second)["auth_time"] == claims(first)["auth_time"]


@BOTH
def test_login_hint_and_a_wish_for_a_fresh_login_are_passed_to_the_bank(
    any_app: RecipientApp, consumer: Consumer
) -> None:
    onward = consumer.get(any_app.auth_url(login_hint="mikomo_5", max_age="60")).onward

    assert onward is not None
    query = query_of(onward)
    assert (query["login_hint"], query["prompt"]) == ("mikomo_5", "login")


@pytest.mark.parametrize("hint", ["line\r\nbreak", "x" * 300, ""])
def test_login_hint_that_is_no_name_goes_nowhere(
    app: RecipientApp, consumer: Consumer, hint: str
) -> None:
    onward = consumer.get(app.auth_url(login_hint=hint)).onward

    assert onward is not None
    assert "login_hint" not in query_of(onward)


@BOTH
def test_consumer_named_by_the_id_token_hint_may_answer(
    any_app: RecipientApp, consumer: Consumer, calendar: Calendar
) -> None:
    hint = any_app.link(consumer, "mikomo_5")["id_token"]
    calendar.pass_time(days=2)  # expired, and named all the same

    tokens = any_app.link(consumer, "mikomo_5", id_token_hint=hint)

    assert claims(tokens)["sub"] == unproven(hint, 1)["sub"]


@BOTH
def test_anybody_else_than_the_id_token_hint_names_is_sent_back(
    any_app: RecipientApp, consumer: Consumer
) -> None:
    hint = any_app.mint("mikomo_5")["id_token"]
    alive = any_app.network.bank.refresh_tokens()

    page = consumer.consent(any_app.auth_url(id_token_hint=hint), "mikomo_7")

    assert page.onward is not None
    assert query_of(page.onward)["error"] == "login_required"
    bank = any_app.network.bank
    eventually("the bank to hear that it is over", lambda: bank.refresh_tokens() <= alive)


def test_id_token_hint_of_another_app_is_refused(
    oauth_app: OAuthApp, app: RecipientApp, consumer: Consumer
) -> None:
    onward = consumer.get(oauth_app.auth_url(id_token_hint=app.mint()["id_token"])).onward

    assert onward is not None
    assert query_of(onward)["error"] == "invalid_request"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_userinfo_answers_with_the_token_in_the_header(app: RecipientApp, method: str) -> None:
    tokens = app.mint("mikomo_7", scope="openid profile email")

    answer = userinfo(app, tokens["access_token"], method)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["sub"] == claims(tokens)["sub"]
    assert found["name"] == "mikomo_7"
    assert found["email"].count("@") == 1


def test_userinfo_answers_with_the_token_in_a_posted_form(app: RecipientApp) -> None:
    tokens = app.mint(scope="openid")

    answer = userinfo(app, "", "POST", data={"access_token": tokens["access_token"]})

    assert answer.json() == {"sub": claims(tokens)["sub"]}


def test_userinfo_takes_no_token_from_a_query(app: RecipientApp) -> None:
    tokens = app.mint()

    answer = userinfo(app, "", params={"access_token": tokens["access_token"]})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="userinfo"'


def test_userinfo_refuses_two_tokens_in_one_request(app: RecipientApp) -> None:
    token = app.mint()["access_token"]

    answer = userinfo(app, token, "POST", data={"access_token": token})

    assert answer.status_code == 400
    assert 'error="invalid_request"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("kind_of_token", ["id_token", "refresh_token"])
def test_userinfo_is_for_access_tokens(app: RecipientApp, kind_of_token: str) -> None:
    answer = userinfo(app, app.mint()[kind_of_token])

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_userinfo_tells_by_scope(app: RecipientApp) -> None:
    found = userinfo(app, app.mint("mikomo_7", scope="openid email")["access_token"]).json()

    assert {"sub", "email", "email_verified"} == set(found)


def test_code_used_again_is_invalid_grant_and_ends_its_tokens(
    oauth_app: OAuthApp, consumer: Consumer, calendar: Calendar
) -> None:
    code = oauth_app.code(consumer, "mikomo_5")
    tokens = oauth_app.exchange(code).json()

    again = oauth_app.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    calendar.pass_time(seconds=61)
    again = oauth_app.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")

    assert userinfo(oauth_app, tokens["access_token"]).status_code == 401


@pytest.mark.parametrize("verifier", [None, "wrong" * 10, ""])
def test_code_without_its_verifier_is_invalid_grant(
    oauth_app: OAuthApp, consumer: Consumer, verifier: str | None
) -> None:
    answer = oauth_app.exchange(oauth_app.code(consumer, "mikomo_5"), code_verifier=verifier)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_code_of_another_app_is_invalid_grant(
    oauth_app: OAuthApp, other_oauth_app: OAuthApp, consumer: Consumer
) -> None:
    answer = other_oauth_app.exchange(oauth_app.code(consumer, "mikomo_5"))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
