"""prompt=none: an app asks again without a page, within the consumer's short session."""

from collections.abc import Callable

import pytest
import requests

from tests.support.app import RecipientApp, Tokens
from tests.support.consumer import Consumer, query_of
from tests.support.forgery import unproven
from tests.support.network import Calendar, RunningNetwork
from tests.support.oauth_app import OAuthApp


def silently(app: RecipientApp, consumer: Consumer, **changes: str | None) -> dict[str, str]:
    """What the app is called back with; a page on the way fails the test."""
    page = consumer.get(app.auth_url(**{"prompt": "none", **changes}))
    assert page.status == 302, page.text
    assert page.onward is not None
    assert page.onward.startswith(f"{app.redirect_uri}?")
    return query_of(page.onward)


def claims(tokens: Tokens) -> dict[str, object]:
    return unproven(tokens["id_token"], 1)


def test_consumer_who_just_linked_is_not_asked_again(app: RecipientApp, consumer: Consumer) -> None:
    linked = app.link(consumer, "mikomo_5")

    query = silently(app, consumer, nonce="n-2", state="s-2")

    assert (query["state"], query["iss"]) == ("s-2", app.network.issuer)
    again = app.exchange(query["code"]).json()
    assert app.get("balances", again["id_token"]).status_code == 200
    first, second = claims(linked), claims(again)
    assert second["nonce"] == "n-2"
    for name in ("sub", "grant_id", "auth_time", "accounts"):
        assert second[name] == first[name]


def test_silent_tokens_belong_to_the_same_permission_and_end_with_it(
    app: RecipientApp, consumer: Consumer
) -> None:
    linked = app.link(consumer, "mikomo_5")
    again = app.exchange(silently(app, consumer)["code"]).json()

    app.revoke(linked["refresh_token"])

    assert app.get("balances", again["id_token"]).status_code == 401
    assert silently(app, consumer)["error"] == "consent_required"


def test_consumer_without_a_session_has_to_sign_in(app: RecipientApp, consumer: Consumer) -> None:
    assert silently(app, consumer)["error"] == "login_required"


def test_cookie_that_nobody_was_given_is_no_session(app: RecipientApp, consumer: Consumer) -> None:
    consumer.browser.cookies.set("easement_session", "a" * 43)

    assert silently(app, consumer)["error"] == "login_required"


def test_session_lasts_thirty_minutes(
    app: RecipientApp, consumer: Consumer, calendar: Calendar
) -> None:
    app.link(consumer, "mikomo_5")
    calendar.pass_time(minutes=29)
    assert "code" in silently(app, consumer)

    calendar.pass_time(minutes=1)

    assert silently(app, consumer)["error"] == "login_required"


def test_session_of_one_app_is_none_of_another(
    app: RecipientApp, oauth_app: OAuthApp, consumer: Consumer
) -> None:
    app.link(consumer, "mikomo_5")

    assert silently(oauth_app, consumer)["error"] == "login_required"


def test_two_apps_keep_their_sessions_in_one_browser(
    app: RecipientApp, oauth_app: OAuthApp, consumer: Consumer
) -> None:
    app.link(consumer, "mikomo_5")
    before = consumer.browser.cookies["easement_session"]
    oauth_app.link(consumer, "mikomo_7")

    assert consumer.browser.cookies["easement_session"] != before
    for each in (app, oauth_app):
        assert "code" in silently(each, consumer)


def test_secret_from_before_a_sign_in_counts_no_more(
    app: RecipientApp, new_consumer: Callable[[RunningNetwork], Consumer]
) -> None:
    victim, attacker = new_consumer(app.network), new_consumer(app.network)
    app.link(victim, "mikomo_5")
    planted = victim.browser.cookies["easement_session"]
    app.link(victim, "mikomo_5")

    attacker.browser.cookies.set("easement_session", planted)

    assert silently(app, attacker)["error"] == "login_required"


def test_what_was_not_granted_has_to_be_asked_for(app: RecipientApp, consumer: Consumer) -> None:
    app.link(consumer, "mikomo_5", scope="openid")

    assert silently(app, consumer, scope="openid email")["error"] == "consent_required"
    narrower = app.exchange(silently(app, consumer, scope="openid")["code"]).json()
    assert "refresh_token" not in narrower


def test_sign_in_that_is_too_old_for_max_age_has_to_be_done_again(
    app: RecipientApp, consumer: Consumer, calendar: Calendar
) -> None:
    app.link(consumer, "mikomo_5")
    calendar.pass_time(seconds=30)

    assert silently(app, consumer, max_age="10")["error"] == "login_required"
    assert "code" in silently(app, consumer, max_age="10000")


def test_id_token_hint_must_name_the_consumer_of_the_session(
    app: RecipientApp, consumer: Consumer
) -> None:
    linked = app.link(consumer, "mikomo_5")
    other = app.mint("mikomo_7")

    assert "code" in silently(app, consumer, id_token_hint=linked["id_token"])
    refused = silently(app, consumer, id_token_hint=other["id_token"])
    assert refused["error"] == "login_required"


def test_page_and_no_page_in_one_request_is_no_page(app: RecipientApp, consumer: Consumer) -> None:
    app.link(consumer, "mikomo_5")

    assert silently(app, consumer, prompt="none login")["error"] == "login_required"


def test_pushed_request_without_a_page_is_used_up_by_its_code(
    oauth_app: OAuthApp, consumer: Consumer
) -> None:
    oauth_app.link(consumer, "mikomo_5")
    url = oauth_app.pushed_url(oauth_app.pushed(prompt="none"))

    first = consumer.get(url)
    assert first.onward is not None
    assert "code" in query_of(first.onward)
    assert consumer.get(url).status == 400


@pytest.mark.parametrize("prompt", [None, "login", "consent", "select_account", "login consent"])
def test_every_other_prompt_leads_to_the_bank_session_or_not(
    app: RecipientApp, consumer: Consumer, prompt: str | None
) -> None:
    app.link(consumer, "mikomo_5")

    location = consumer.get(app.auth_url(prompt=prompt)).onward

    assert location is not None
    assert location.startswith(app.network.bank.url)
    asked = query_of(location).get("prompt")
    assert asked == (
        "login" if prompt and {"login", "select_account"} & {*prompt.split()} else None
    )


def test_cancelling_a_new_link_leaves_the_session(app: RecipientApp, consumer: Consumer) -> None:
    app.link(consumer, "mikomo_5")
    consumer.press(consumer.consent(app.auth_url(), "mikomo_5"), "Cancel")

    assert "code" in silently(app, consumer)


def test_session_secret_is_not_in_the_database(app: RecipientApp, consumer: Consumer) -> None:
    app.link(consumer, "mikomo_5")

    stored = repr(app.network.rows("SELECT * FROM consumer_sessions"))

    assert consumer.browser.cookies["easement_session"] not in stored


def test_session_cookie_is_kept_from_scripts_and_from_other_sites_forms(
    app: RecipientApp, consumer: Consumer
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")
    answer = consumer.press(page, "Approve", accounts=list(page.accounts))

    name, _, rest = answer.headers["set-cookie"].partition("=")
    words = {word.strip().lower() for word in rest.split(";")[1:]}
    assert name == "easement_session"
    assert {"httponly", "samesite=lax", "path=/", "max-age=1800"} <= words
    assert answer.headers["cache-control"] == "no-store"


def test_minted_tokens_open_no_session(app: RecipientApp) -> None:
    before = app.network.rows("SELECT count(*) AS number FROM consumer_sessions")
    app.mint()

    assert app.network.rows("SELECT count(*) AS number FROM consumer_sessions") == before


def test_form_of_an_app_is_sent_on_as_a_link(app: RecipientApp, consumer: Consumer) -> None:
    app.link(consumer, "mikomo_5")
    answer = requests.post(
        f"{app.network.url}/auth",
        data=app.authorization(prompt="none"),
        allow_redirects=False,
        timeout=30,
    )

    assert answer.status_code == 303
    onward = consumer.get(answer.headers["location"]).onward
    assert onward is not None
    assert "code" in query_of(onward)
