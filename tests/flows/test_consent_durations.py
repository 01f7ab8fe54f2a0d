"""Consents for one time and for a time, from the page to the last refused call."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from easement.fdx.consent_duration import ConsentDuration, DurationType
from tests.support.app import RecipientApp
from tests.support.clients import registered
from tests.support.consumer import Consumer, query_of
from tests.support.forgery import unproven
from tests.support.network import Calendar, RunningNetwork
from tests.support.policy import decide
from tests.support.process import eventually

Wish = Callable[[DurationType, int | None], RecipientApp]


@pytest.fixture
def wish(network: RunningNetwork) -> Wish:
    """An app that wishes for such consents."""

    def app(kind: DurationType, days: int | None = None) -> RecipientApp:
        return registered(network, consent_duration=ConsentDuration(kind, days))

    return app


@pytest.fixture
def policy(network: RunningNetwork) -> Iterator[Callable[..., None]]:
    """Sets the bank's policy; it is as before after the test."""

    def set_policy(**values: object) -> None:
        decide(network, **values)

    yield set_policy
    decide(network, consent_duration_s=None, one_time_consent=False)


def test_consent_for_one_time_says_so_and_gives_no_refresh_token(
    wish: Wish, consumer: Consumer, calendar: Calendar
) -> None:
    app = wish(DurationType.ONE_TIME, None)
    page = consumer.consent(app.auth_url(scope="openid offline_access profile"), "mikomo_5")
    assert "One time, until " in page.text
    assert "has to ask you again." in page.text

    tokens = app.exchange(query_of(consumer.approve(page))["code"]).json()

    assert "refresh_token" not in tokens
    assert tokens["scope"] == "openid profile"
    assert app.get("balances", tokens["id_token"]).status_code == 200
    calendar.pass_time(hours=24)
    assert app.get("balances", tokens["id_token"]).status_code == 401


def test_bearers_of_a_consent_for_one_time_end_with_it(
    wish: Wish, consumer: Consumer, calendar: Calendar
) -> None:
    app = wish(DurationType.ONE_TIME, None)
    code = app.code(consumer, "mikomo_5")
    calendar.pass_time(minutes=4)

    tokens = app.exchange(code).json()

    claims = unproven(tokens["id_token"], 1)
    assert 86_400 - 250 < claims["exp"] - claims["iat"] < 86_400 - 230
    assert tokens["expires_in"] == claims["exp"] - claims["iat"] - 1


def test_bank_that_allows_one_time_only_is_obeyed_by_every_app(
    app: RecipientApp, policy: Callable[..., None]
) -> None:
    policy(one_time_consent=True)
    eventually("the policy to hold", lambda: "refresh_token" not in app.mint())
    policy(one_time_consent=False)
    eventually("the policy to be gone", lambda: "refresh_token" in app.mint())


def test_the_shorter_of_the_banks_days_and_the_apps_is_shown_and_holds(
    wish: Wish,
    network: RunningNetwork,
    new_consumer: Callable[[RunningNetwork], Consumer],
    calendar: Calendar,
    policy: Callable[..., None],
) -> None:
    policy(consent_duration_s=10 * 86_400)
    app = wish(DurationType.TIME_BOUND, 90)

    def is_shown() -> bool:
        before = network.clock.now() + timedelta(days=10)
        page = new_consumer(network).consent(app.auth_url(), "mikomo_5")
        ends = {before, network.clock.now() + timedelta(days=10)}
        return any(
            f"Until {end.day} {end:%B %Y}, unless you stop it earlier." in page.text for end in ends
        )

    eventually("the policy to hold", is_shown)
    tokens = app.mint()

    calendar.pass_time(days=9, hours=23)
    renewed = app.refresh(tokens["refresh_token"]).json()
    claims = unproven(renewed["id_token"], 1)
    assert claims["exp"] - claims["iat"] <= 3_600
    assert renewed["expires_in"] == claims["exp"] - claims["iat"] - 1
    calendar.pass_time(hours=1)
    assert app.get("balances", renewed["id_token"]).status_code == 401
    assert app.refresh(renewed["refresh_token"]).status_code == 400


def test_expired_consent_gets_its_status_and_its_bank_is_told(
    wish: Wish, network: RunningNetwork, calendar: Calendar
) -> None:
    app = wish(DurationType.TIME_BOUND, 40)
    grant_id = app.mint()["grant_id"]
    calendar.pass_time(days=40)

    eventually(
        "the grant to be expired",
        lambda: (
            network.rows(f"SELECT status FROM grants WHERE id = '{grant_id}'")
            == [{"status": "EXPIRED"}]
        ),
    )
    eventually(
        "its connection to be gone",
        lambda: (
            not network.rows(
                "SELECT c.id FROM connections c JOIN grants g ON g.connection_id = c.id "
                f"WHERE g.id = '{grant_id}'"
            )
        ),
    )


def test_new_link_lasts_as_long_as_it_says_whatever_became_of_an_earlier_one(
    wish: Wish, calendar: Calendar
) -> None:
    app = wish(DurationType.TIME_BOUND, 40)
    first = app.mint()
    calendar.pass_time(days=39)
    second = app.mint()
    calendar.pass_time(days=2)

    assert app.refresh(first["refresh_token"]).status_code == 400
    renewed = app.refresh(second["refresh_token"]).json()
    assert app.get("balances", renewed["id_token"]).status_code == 200
    claims = [unproven(each["id_token"], 1) for each in (first, second)]
    assert claims[0]["sub"] == claims[1]["sub"]
    assert claims[0]["grant_id"] != claims[1]["grant_id"]
