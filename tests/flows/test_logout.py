"""`/logout` (RP-Initiated Logout): the session in the browser ends, what was permitted stays."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer, query_of
from tests.support.network import Calendar, RunningNetwork
from tests.support.oauth_app import OAuthApp
from tests.support.pages import Page

DONE = "You are signed out"
ASKED = "Sign out?"


def logout(app: RecipientApp, consumer: Consumer, **parameters: str) -> Page:
    return consumer.open(f"{app.network.issuer}/logout?{urlencode(parameters)}")


def is_signed_in(app: RecipientApp, consumer: Consumer) -> bool:
    onward = consumer.get(app.auth_url(prompt="none")).onward
    assert onward is not None
    return "code" in query_of(onward)


def test_id_token_of_the_consumer_signs_them_out_at_once(
    app: RecipientApp, consumer: Consumer
) -> None:
    tokens = app.link(consumer, "mikomo_5")

    page = logout(app, consumer, id_token_hint=tokens["id_token"])

    assert DONE in page.text
    assert not is_signed_in(app, consumer)
    assert "easement_session" not in consumer.browser.cookies


def test_what_was_permitted_stays_after_the_logout(app: RecipientApp, consumer: Consumer) -> None:
    tokens = app.link(consumer, "mikomo_5")

    logout(app, consumer, id_token_hint=tokens["id_token"])

    assert app.get("balances", tokens["id_token"]).status_code == 200
    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_expired_id_token_signs_out_too(
    app: RecipientApp, consumer: Consumer, calendar: Calendar
) -> None:
    old = app.mint("mikomo_5")["id_token"]
    calendar.pass_time(days=3)
    app.link(consumer, "mikomo_5")

    assert DONE in logout(app, consumer, id_token_hint=old).text


def test_consumer_is_asked_where_nobody_proves_whose_session_it_is(
    app: RecipientApp, consumer: Consumer
) -> None:
    app.link(consumer, "mikomo_5")

    page = logout(app, consumer)
    assert ASKED in page.text
    assert is_signed_in(app, consumer)

    assert DONE in consumer.press_on(page, "Sign out").text
    assert not is_signed_in(app, consumer)


@pytest.mark.parametrize("case", ["another consumer", "forged", "another client_id"])
def test_id_token_that_does_not_fit_leaves_the_choice_to_the_consumer(
    app: RecipientApp, consumer: Consumer, case: str
) -> None:
    own = app.link(consumer, "mikomo_5")["id_token"]
    parameters = {
        "another consumer": {"id_token_hint": app.mint("mikomo_7")["id_token"]},
        "forged": {"id_token_hint": own[:-4] + "AAAA"},
        "another client_id": {"id_token_hint": own, "client_id": "demo-app"},
    }[case]

    assert ASKED in logout(app, consumer, **parameters).text
    assert is_signed_in(app, consumer)


def test_form_of_another_site_signs_nobody_out(app: RecipientApp, consumer: Consumer) -> None:
    app.link(consumer, "mikomo_5")
    url = f"{app.network.url}/logout"

    answer = consumer.browser.post(url, data={"csrf": "guessed"}, timeout=30)

    assert answer.status_code == 400
    assert is_signed_in(app, consumer)


def test_csrf_proof_of_one_browser_is_none_in_another(
    app: RecipientApp,
    consumer: Consumer,
    new_consumer: Callable[[RunningNetwork], Consumer],
) -> None:
    app.link(consumer, "mikomo_5")
    other = new_consumer(app.network)
    app.link(other, "mikomo_7")
    proof = logout(app, other).form.hidden["csrf"]

    answer = consumer.browser.post(f"{app.network.url}/logout", data={"csrf": proof}, timeout=30)

    assert answer.status_code == 400
    assert is_signed_in(app, consumer)


def test_form_of_an_app_is_sent_on_as_a_link(app: RecipientApp, consumer: Consumer) -> None:
    tokens = app.link(consumer, "mikomo_5")

    answer = requests.post(
        f"{app.network.url}/logout",
        data={"id_token_hint": tokens["id_token"]},
        allow_redirects=False,
        timeout=30,
    )

    assert answer.status_code == 303
    assert DONE in consumer.open(answer.headers["location"]).text


def test_nobody_is_redirected_after_a_logout(app: RecipientApp, consumer: Consumer) -> None:
    tokens = app.link(consumer, "mikomo_5")

    page = logout(
        app,
        consumer,
        id_token_hint=tokens["id_token"],
        post_logout_redirect_uri=app.redirect_uri,
        state="s",
    )

    assert page.status == 200
    assert page.onward is None
    assert app.redirect_uri not in page.response.text


def test_who_is_not_signed_in_is_told_so(app: RecipientApp, consumer: Consumer) -> None:
    page = logout(app, consumer)

    assert (page.status, page.response.headers["cache-control"]) == (200, "no-store")
    assert DONE in page.text


def test_logout_ends_the_sessions_of_every_app_in_the_browser(
    app: RecipientApp, oauth_app: OAuthApp, consumer: Consumer
) -> None:
    app.link(consumer, "mikomo_5")
    tokens = oauth_app.link(consumer, "mikomo_7")

    logout(oauth_app, consumer, id_token_hint=tokens["id_token"])

    assert not is_signed_in(app, consumer)


def test_logout_in_one_browser_leaves_another(
    app: RecipientApp,
    consumer: Consumer,
    new_consumer: Callable[[RunningNetwork], Consumer],
) -> None:
    tokens = app.link(consumer, "mikomo_5")
    other = new_consumer(app.network)
    app.link(other, "mikomo_5")

    logout(app, consumer, id_token_hint=tokens["id_token"])

    assert is_signed_in(app, other)
