"""Two replicas of one network on one PostgreSQL: what one promises, the other keeps."""

import itertools
from collections.abc import Callable

import pytest

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.consumer import Consumer, query_of
from tests.support.network import RunningNetwork
from tests.support.process import eventually
from tests.support.together import together

pytestmark = pytest.mark.postgres


@pytest.fixture
def apps(replicas: tuple[RunningNetwork, RunningNetwork]) -> tuple[RecipientApp, RecipientApp]:
    """The same app, as it meets the one and the other replica."""
    first, second = replicas
    return (
        RecipientApp(first, first.secrets.sandbox),
        RecipientApp(second, first.secrets.sandbox),
    )


def taking_turns(apps: tuple[RecipientApp, RecipientApp]) -> Callable[[], RecipientApp]:
    turns = itertools.cycle(apps)
    return lambda: next(turns)


def test_flow_begun_at_one_replica_goes_on_at_the_other(
    apps: tuple[RecipientApp, RecipientApp],
    new_consumer: Callable[[RunningNetwork], Consumer],
) -> None:
    one, other = apps
    consumer = new_consumer(one.network)
    terms = consumer.sign_in(one.auth_url(), "mikomo_5")
    back = consumer.press(terms, "Next").headers["location"]
    elsewhere = back.replace(one.network.url, other.network.url)

    page = consumer.get(consumer.get(elsewhere).onward or "")
    code = query_of(consumer.approve(page))["code"]
    tokens = other.exchange(code).json()

    assert one.get("balances", tokens["id_token"]).status_code == 200
    assert other.get("balances", tokens["id_token"]).status_code == 200


def test_one_code_at_both_replicas_has_one_winner(
    apps: tuple[RecipientApp, RecipientApp],
    new_consumer: Callable[[RunningNetwork], Consumer],
) -> None:
    code = apps[0].code(new_consumer(apps[0].network), "mikomo_5")
    turn = taking_turns(apps)

    answers = together(20, lambda: turn().exchange(code))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


def test_one_refresh_token_at_both_replicas_has_one_winner(
    apps: tuple[RecipientApp, RecipientApp],
) -> None:
    tokens = apps[0].mint("mikomo_5")
    turn = taking_turns(apps)

    answers = together(20, lambda: turn().refresh(tokens["refresh_token"]))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


def test_revocation_at_one_replica_stops_data_at_the_other_soon(
    apps: tuple[RecipientApp, RecipientApp],
) -> None:
    one, other = apps
    tokens = one.mint("mikomo_5")
    assert other.get("balances", tokens["id_token"]).status_code == 200

    one.revoke(tokens["refresh_token"])

    assert one.get("balances", tokens["id_token"]).status_code == 401
    eventually(
        "the other replica to hear of it",
        lambda: other.get("balances", tokens["id_token"]).status_code == 401,
    )


def test_expired_bank_token_is_refreshed_once_by_both_replicas(
    own_bank: Bank, apps: tuple[RecipientApp, RecipientApp]
) -> None:
    tokens = apps[0].mint("mikomo_5")
    for app in apps:
        assert app.get("balances", tokens["id_token"]).status_code == 200
    turn = taking_turns(apps)
    own_bank.expire_access_tokens()

    answers = together(20, lambda: turn().get("balances", tokens["id_token"]))

    assert {answer.status_code for answer in answers} == {200}
    assert own_bank.access_tokens() == 1


def test_session_opened_at_one_replica_answers_and_ends_at_the_other(
    apps: tuple[RecipientApp, RecipientApp],
    new_consumer: Callable[[RunningNetwork], Consumer],
) -> None:
    one, other = apps
    consumer = new_consumer(one.network)
    one.link(consumer, "mikomo_5")
    silent = one.auth_url(prompt="none")

    onward = consumer.get(silent.replace(one.network.url, other.network.url)).onward
    assert "code" in query_of(onward or "")
    page = consumer.get(f"{other.network.url}/logout")
    csrf = page.form.hidden["csrf"]
    consumer.browser.post(f"{other.network.url}/logout", data={"csrf": csrf}, timeout=30)

    assert query_of(consumer.get(silent).onward or "")["error"] == "login_required"
