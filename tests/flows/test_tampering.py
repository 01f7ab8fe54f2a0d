"""Other browsers, forged forms, changed cookies and states: nothing is decided, nothing is lost."""

from collections.abc import Callable

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer, query_of
from tests.support.network import RunningNetwork
from tests.support.pages import Page


def callback_url(consumer: Consumer, terms: Page) -> str:
    """Where the bank sends the browser after Next, not followed."""
    response = consumer.press(terms, "Next")
    url = response.headers["location"]
    assert "/callback/mikomo?" in url
    return url


def test_other_browser_cannot_take_part(
    app: RecipientApp,
    network: RunningNetwork,
    consumer: Consumer,
    new_consumer: Callable[[RunningNetwork], Consumer],
) -> None:
    stranger = new_consumer(network)
    url = callback_url(consumer, consumer.sign_in(app.auth_url(), "mikomo_5"))
    assert stranger.get(url).status == 400
    page = consumer.open(url)
    assert page.accounts

    stranger.consent(app.auth_url(), "mikomo_6")  # a browser with a cookie of its own
    for shown in (stranger.get(page.url), Page(stranger.press(page, "Approve", page.accounts))):
        assert shown.status == 404
        assert "location" not in shown.response.headers
        assert not shown.accounts
    assert app.exchange(query_of(consumer.approve(page))["code"]).status_code == 200


def test_browser_without_cookies_is_told(app: RecipientApp, consumer: Consumer) -> None:
    url = callback_url(consumer, consumer.sign_in(app.auth_url(), "mikomo_5"))

    answer = requests.get(url, allow_redirects=False, timeout=30)

    assert answer.status_code == 400
    assert "cookie" in answer.text


@pytest.mark.parametrize("csrf", ["", "wrong", "é", "x" * 3000])
def test_form_without_our_proof_decides_nothing(
    app: RecipientApp, consumer: Consumer, csrf: str
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")

    for button in ("Approve", "Cancel"):
        answer = consumer.press(page, button, list(page.accounts), csrf=csrf)
        assert answer.status_code == 400
        assert "location" not in answer.headers
    assert app.exchange(query_of(consumer.approve(page))["code"]).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "x" * 4000, "é"])
def test_tampered_cookie_shows_nothing(app: RecipientApp, consumer: Consumer, cookie: str) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")

    answer = requests.get(
        page.url,
        headers={"cookie": f"easement_browser={cookie}".encode()},
        allow_redirects=False,
        timeout=30,
    )

    assert answer.status_code == 404
    assert 'name="account"' not in answer.text


def test_tampered_callback_decides_nothing(app: RecipientApp, consumer: Consumer) -> None:
    url = callback_url(consumer, consumer.sign_in(app.auth_url(), "mikomo_5"))
    query = query_of(url)
    address = url.partition("?")[0]
    state = query["state"]
    lost: list[dict[str, str]] = [
        {"state": ""},
        {"state": "wrong"},
        {"state": state[:-1]},
        {"state": state + "x"},
        {"state": state.partition(".")[0]},
        {"state": "x" + state},
    ]

    for changes in lost:
        answer = consumer.browser.get(
            address, params={**query, **changes}, allow_redirects=False, timeout=30
        )
        assert answer.status_code == 400, changes
        assert "location" not in answer.headers
    doubled = consumer.browser.get(f"{url}&state={state}", allow_redirects=False, timeout=30)
    assert doubled.status_code == 400
    assert consumer.get(url.replace("/callback/mikomo", "/callback/other")).status == 400
    assert consumer.open(url).accounts


@pytest.mark.parametrize("changes", [{"code": "wrong"}, {"code": ""}, {"iss": "https://evil.test"}])
def test_answer_that_is_not_the_banks_goes_back_with_server_error(
    app: RecipientApp, consumer: Consumer, changes: dict[str, str]
) -> None:
    url = callback_url(consumer, consumer.sign_in(app.auth_url(), "mikomo_5"))
    query = {**query_of(url), **changes}

    answer = consumer.browser.get(
        url.partition("?")[0], params=query, allow_redirects=False, timeout=30
    )

    onward = Page(answer).onward or ""
    assert onward.startswith(f"{app.redirect_uri}?error=server_error&")
    assert query_of(onward)["state"] == app.authorization()["state"]


def test_unknown_consent_pages_are_404(network: RunningNetwork, consumer: Consumer) -> None:
    for path in ("auth_unknown", "x", "%00", "a" * 3000, "..%2f..%2fetc", "%c3%a9"):
        assert consumer.get(f"{network.url}/consent/{path}").status == 404
