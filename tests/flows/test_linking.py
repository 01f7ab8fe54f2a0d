"""The main path: link a bank through the pages, read data, refresh."""

import pytest

from tests.support.app import RecipientApp, accounts_in
from tests.support.consumer import Consumer, query_of
from tests.support.network import (
    CALLBACK_WITH_QUERY,
    LOOPBACK_CALLBACK,
    PRIVATE_USE_CALLBACK,
    RunningNetwork,
)

INDIVIDUAL = "Individual (*****9276)"


def test_consumer_links_one_account_and_the_app_reads_exactly_that(
    app: RecipientApp, consumer: Consumer
) -> None:
    terms = consumer.sign_in(app.auth_url(), "mikomo_1")
    assert [button.text for button in terms.form.buttons] == ["Next"]
    page = consumer.press_on(terms, "Next")
    chosen = [each for each, label in page.accounts.items() if label == INDIVIDUAL]
    assert len(page.accounts) == 8
    assert len(chosen) == 1
    assert [button.text for button in page.form.buttons] == ["Approve", "Cancel"]

    location = consumer.approve(page, chosen)

    assert location.startswith(f"{app.redirect_uri}?")
    query = query_of(location)
    assert set(query) == {"code", "state", "iss"}
    assert query["state"] == app.authorization()["state"]
    assert query["iss"] == app.network.issuer
    tokens = app.exchange(query["code"]).json()
    for endpoint in ("accounts-info", "balances", "accounts"):
        assert list(accounts_in(app.get(endpoint, tokens["id_token"]))) == chosen


def test_token_answer_has_the_documented_members(app: RecipientApp, consumer: Consumer) -> None:
    answer = app.exchange(app.code(consumer))

    tokens = answer.json()
    assert set(tokens) == {
        *("token_type", "expires_in", "id_token", "access_token"),
        *("grant_id", "scope", "refresh_token"),
    }
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 86_399
    assert tokens["scope"] == "openid offline_access"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("application/json")


def test_link_without_offline_access_gives_no_refresh_token(
    app: RecipientApp, consumer: Consumer
) -> None:
    tokens = app.link(consumer, scope="openid")

    assert "refresh_token" not in tokens
    assert app.get("balances", tokens["id_token"]).status_code == 200


@pytest.mark.parametrize(
    "redirect_uri", [CALLBACK_WITH_QUERY, LOOPBACK_CALLBACK, PRIVATE_USE_CALLBACK]
)
def test_code_arrives_at_every_kind_of_redirect_uri(
    app: RecipientApp, consumer: Consumer, redirect_uri: str
) -> None:
    page = consumer.consent(app.auth_url(redirect_uri=redirect_uri), "mikomo_5")
    location = consumer.approve(page)

    separator = "&" if "?" in redirect_uri else "?"
    assert location.startswith(f"{redirect_uri}{separator}code=")
    code = location.split("code=")[1].split("&")[0]
    assert app.exchange(code, redirect_uri=redirect_uri).status_code == 200


def test_wrong_password_is_401_with_words_on_the_page_and_the_next_try_works(
    app: RecipientApp, consumer: Consumer
) -> None:
    page = consumer.sign_in(app.auth_url(), "mikomo_5", "not it")

    assert page.status == 401
    assert "do not match" in page.text
    inputs = page.form.inputs
    values = {inputs["text"]: "mikomo_5", inputs["password"]: "mikomo_5"}
    again = consumer.press_on(page, "Sign in →", **values)
    assert [button.text for button in again.form.buttons] == ["Next"]


def test_consent_page_names_app_company_bank_network_data_duration_and_how_to_stop(
    app: RecipientApp, consumer: Consumer
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_7")

    words = (
        *("Sandbox app", "Sandbox company", "Mikomo", "Easement"),
        *("Account balances", "Transaction data", "Account numbers", "Tax form data"),
        *("Until you stop it", "You can stop it any day"),
    )
    assert [each for each in words if each not in page.text] == []
    assert page.response.headers["cache-control"] == "no-store"


def test_state_comes_back_unchanged_whatever_characters_it_has(
    app: RecipientApp, consumer: Consumer
) -> None:
    state = "a b+c%20&d=é✓\"'<>#?/"
    page = consumer.consent(app.auth_url(state=state), "mikomo_5")

    assert query_of(consumer.approve(page))["state"] == state


def test_no_state_asked_means_no_state_answered(app: RecipientApp, consumer: Consumer) -> None:
    page = consumer.consent(app.auth_url(state=None), "mikomo_5")

    assert set(query_of(consumer.approve(page))) == {"code", "iss"}


def test_token_set_without_a_browser_equals_one_with_a_browser(
    app: RecipientApp, consumer: Consumer
) -> None:
    with_pages = app.link(consumer, "mikomo_7")
    without = app.mint("mikomo_7")

    assert set(with_pages) == set(without)
    for endpoint in ("accounts-info", "balances", "accounts"):
        assert (
            app.get(endpoint, without["id_token"]).content
            == app.get(endpoint, with_pages["id_token"]).content
        )


def test_each_link_makes_a_grant_of_its_own_and_the_earlier_lives_on(
    app: RecipientApp, network: RunningNetwork, consumer: Consumer
) -> None:
    first, second = app.link(consumer, "mikomo_7"), app.link(consumer, "mikomo_7")

    assert first["grant_id"] != second["grant_id"]
    for tokens in (first, second):
        assert app.get("balances", tokens["id_token"]).status_code == 200
