"""The bank's own refusals and outages, and what an app hears of them now and later."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support.app import RecipientApp, accounts_in
from tests.support.bank import Bank
from tests.support.consumer import Consumer, query_of
from tests.support.error_users import ERROR_USERS
from tests.support.network import RunningNetwork
from tests.support.process import eventually
from tests.support.together import together

NewNetwork = Callable[..., RunningNetwork]
NewConsumer = Callable[[RunningNetwork], Consumer]


@pytest.mark.parametrize("user", ERROR_USERS)
def test_error_user_links_and_answers_its_code_every_time(
    app: RecipientApp, consumer: Consumer, user: str
) -> None:
    tokens = app.link(consumer, user)

    for version in ("v2", "v3"):
        for endpoint in ("accounts-info", "balances", "accounts"):
            answer = app.get(endpoint, tokens["id_token"], version)
            assert (answer.status_code, answer.json()["code"]) == ERROR_USERS[user]
            assert answer.json()["message"]
    # A code in a data answer says nothing about the permission.
    renewed = app.refresh(tokens["refresh_token"])
    assert renewed.status_code == 200
    again = app.get("balances", renewed.json()["id_token"])
    assert (again.status_code, again.json()["code"]) == ERROR_USERS[user]


def revoke_at_the_bank(consumer: Consumer, bank: Bank, user: str) -> None:
    """Sign in to the bank's own area and stop the only connection."""
    page = consumer.open(f"{bank.url}/connections")
    inputs = page.form_with("Sign in →").inputs
    page = consumer.press_on(page, "Sign in →", **{inputs["text"]: user, inputs["password"]: user})
    confirm = consumer.open(page.form_with("Revoke").action)
    assert "Access stopped" in consumer.press_on(confirm, "Revoke access").text


def test_revocation_at_the_bank_is_601_now_and_later_and_ends_the_refresh_token(
    own_bank: Bank, new_network: NewNetwork, new_consumer: NewConsumer
) -> None:
    network = new_network(own_bank)
    app, consumer = RecipientApp(network, network.secrets.sandbox), new_consumer(network)
    tokens = app.link(consumer, "mikomo_9")
    assert app.get("balances", tokens["id_token"]).status_code == 200

    revoke_at_the_bank(consumer, own_bank, "mikomo_9")

    for _ in range(3):
        answer = app.get("balances", tokens["id_token"])
        assert (answer.status_code, answer.json()["code"]) == (404, 601)
    assert app.refresh(tokens["refresh_token"]).status_code == 400
    grants = network.rows(f"SELECT status, ended_by FROM grants WHERE id = '{tokens['grant_id']}'")
    assert grants == [{"status": "REVOKED", "ended_by": "DATA_PROVIDER"}]
    # The consumer may come back.
    assert app.get("balances", app.link(consumer, "mikomo_9")["id_token"]).status_code == 200


def test_twenty_callers_after_a_revocation_at_the_bank_all_hear_601_and_it_is_told_once(
    own_bank: Bank, new_network: NewNetwork, new_consumer: NewConsumer
) -> None:
    network = new_network(own_bank)
    app, consumer = RecipientApp(network, network.secrets.sandbox), new_consumer(network)
    tokens = app.link(consumer, "mikomo_9")
    revoke_at_the_bank(consumer, own_bank, "mikomo_9")

    answers = together(20, lambda: app.get("balances", tokens["id_token"]))

    assert {(each.status_code, each.json()["code"]) for each in answers} == {(404, 601)}
    told = "SELECT data FROM outbox WHERE type = 'CONSENT_REVOKED'"
    assert [json.loads(row["data"]) for row in network.rows(told)] == [
        {"initiator": "DATA_PROVIDER"}
    ]


def test_expired_bank_token_is_refreshed_without_the_app_noticing(
    own_bank: Bank, new_network: NewNetwork
) -> None:
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    tokens = app.mint("mikomo_5")

    for _ in range(3):
        own_bank.expire_access_tokens()
        assert app.get("balances", tokens["id_token"]).status_code == 200


def test_twenty_callers_with_an_expired_bank_token_share_one_refresh(
    own_bank: Bank, new_network: NewNetwork
) -> None:
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    tokens = app.mint("mikomo_5")
    own_bank.expire_access_tokens()

    answers = together(20, lambda: app.get("balances", tokens["id_token"]))

    # A second refresh with the same, rotated token would have been refused, and ended the grant.
    assert {answer.status_code for answer in answers} == {200}
    assert own_bank.access_tokens() == 1
    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_restart_of_the_bank_keeps_grants(own_bank: Bank, new_network: NewNetwork) -> None:
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    tokens = app.mint("mikomo_5")
    before = accounts_in(app.get("balances", tokens["id_token"]))

    own_bank.kill()
    own_bank.start()

    assert accounts_in(app.get("balances", tokens["id_token"])) == before


def test_outage_during_a_data_call_is_an_error_that_passes(
    own_bank: Bank, new_network: NewNetwork
) -> None:
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    tokens = app.mint("mikomo_5")
    own_bank.expire_access_tokens()  # so that even a refresh is tried and fails
    own_bank.kill()

    for _ in range(2):
        answer = app.get("balances", tokens["id_token"])
        assert (answer.status_code, answer.json()["code"]) == (500, 501)
    own_bank.start()

    assert app.get("balances", tokens["id_token"]).status_code == 200
    assert app.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("stage", ["auth", "callback", "consent"])
def test_outage_at_any_stage_goes_back_with_temporarily_unavailable_and_state(
    own_bank: Bank, new_network: NewNetwork, new_consumer: NewConsumer, stage: str
) -> None:
    network = new_network(own_bank)
    app, consumer = RecipientApp(network, network.secrets.sandbox), new_consumer(network)
    if stage == "auth":
        own_bank.kill()
        answer = consumer.get(app.auth_url())
    else:
        terms = consumer.sign_in(app.auth_url(), "mikomo_5")
        back = consumer.press(terms, "Next").headers["location"]
        if stage == "callback":
            own_bank.kill()
            answer = consumer.get(back)
        else:
            page = consumer.get(back)
            own_bank.kill()
            answer = consumer.get(page.response.headers["location"])

    assert answer.onward is not None
    assert answer.onward.startswith(f"{app.redirect_uri}?")
    query = query_of(answer.onward)
    assert query["error"] == "temporarily_unavailable"
    assert query["state"] == app.authorization()["state"]
    assert "code" not in query
    own_bank.start()
    assert app.get("balances", app.link(consumer, "mikomo_5")["id_token"]).status_code == 200


def test_outage_after_the_page_is_shown_does_not_lose_the_approval(
    own_bank: Bank, new_network: NewNetwork, new_consumer: NewConsumer
) -> None:
    network = new_network(own_bank)
    app, consumer = RecipientApp(network, network.secrets.sandbox), new_consumer(network)
    page = consumer.consent(app.auth_url(), "mikomo_5")
    own_bank.kill()

    code = query_of(consumer.approve(page))["code"]
    tokens = app.exchange(code).json()
    own_bank.start()

    assert set(accounts_in(app.get("balances", tokens["id_token"]))) == set(page.accounts)


def test_bank_hears_of_a_revocation_after_its_outage(
    own_bank: Bank, new_network: NewNetwork
) -> None:
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    tokens = app.mint("mikomo_5")
    assert own_bank.refresh_tokens() == 1
    own_bank.kill()
    assert app.revoke(tokens["refresh_token"]).status_code == 200
    assert app.get("balances", tokens["id_token"]).status_code == 401
    postponed = "SELECT id FROM connections WHERE retire_attempts > 0"
    eventually("a vain try to tell the bank", lambda: network.rows(postponed))

    own_bank.start()
    for _ in range(3):
        network.clock.advance(timedelta(hours=1))

    eventually("the bank to be told", lambda: own_bank.refresh_tokens() == 0)


def test_sandbox_token_during_an_outage_is_an_error_with_words(
    own_bank: Bank, new_network: NewNetwork
) -> None:
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    own_bank.kill()

    answer = app.post("/sandbox/v1/tokens", {"user": "mikomo_5"}, "basic")

    assert answer.status_code in {400, 503}
    assert answer.json()["error"] == "temporarily_unavailable"
