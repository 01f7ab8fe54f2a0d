"""Refreshing in the profile oauth: a lost answer is told again for a moment, a theft ends all."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from easement.recipients.model import App, Profile
from tests.support.app import RecipientApp, Tokens
from tests.support.clients import administer
from tests.support.forgery import unproven
from tests.support.network import Calendar
from tests.support.oauth_app import OAuthApp
from tests.support.process import eventually
from tests.support.together import each_together, together

REFUSED = "invalid_grant"


def refused(app: RecipientApp, refresh_token: str) -> bool:
    answer = app.refresh(refresh_token)
    return (answer.status_code, answer.json().get("error")) == (400, REFUSED)


def renewed(app: RecipientApp, refresh_token: str) -> Tokens:
    answer = app.refresh(refresh_token)
    assert answer.status_code == 200, answer.text
    tokens: Tokens = answer.json()
    return tokens


def reads(app: RecipientApp, tokens: dict[str, Any]) -> int:
    return app.get("balances", tokens["id_token"]).status_code


def test_answer_that_was_lost_is_told_again_with_the_same_refresh_token(
    oauth_app: OAuthApp, calendar: Calendar
) -> None:
    first = oauth_app.mint()
    lost = renewed(oauth_app, first["refresh_token"])
    calendar.pass_time(seconds=25)

    again = renewed(oauth_app, first["refresh_token"])

    assert again["refresh_token"] == lost["refresh_token"]
    assert again["access_token"] != lost["access_token"]
    assert reads(oauth_app, again) == 200
    assert reads(oauth_app, renewed(oauth_app, again["refresh_token"])) == 200


def test_used_refresh_token_after_half_a_minute_ends_everything_of_its_family(
    oauth_app: OAuthApp, calendar: Calendar
) -> None:
    bystander = oauth_app.mint()
    first = oauth_app.mint()
    second = renewed(oauth_app, first["refresh_token"])
    calendar.pass_time(seconds=31)

    assert refused(oauth_app, first["refresh_token"])
    assert refused(oauth_app, second["refresh_token"])
    assert reads(oauth_app, second) == 401
    assert reads(oauth_app, bystander) == 200


def test_used_refresh_token_whose_successor_was_used_ends_everything_of_its_family(
    oauth_app: OAuthApp,
) -> None:
    first = oauth_app.mint()
    second = renewed(oauth_app, first["refresh_token"])
    third = renewed(oauth_app, second["refresh_token"])

    assert refused(oauth_app, first["refresh_token"])
    assert refused(oauth_app, third["refresh_token"])
    assert reads(oauth_app, third) == 401


def test_used_refresh_token_of_another_app_gets_nothing_and_ends_nothing(
    oauth_app: OAuthApp, other_oauth_app: OAuthApp
) -> None:
    first = oauth_app.mint()
    second = renewed(oauth_app, first["refresh_token"])

    assert refused(other_oauth_app, first["refresh_token"])
    assert refused(other_oauth_app, second["refresh_token"])
    assert renewed(oauth_app, second["refresh_token"])


def test_code_is_for_one_use_in_both_profiles(
    oauth_app: OAuthApp, app: RecipientApp, consumer: Any
) -> None:
    for each in (oauth_app, app):
        code = each.code(consumer)
        assert each.exchange(code).status_code == 200
        assert each.exchange(code).status_code == 400


def test_used_code_ends_its_tokens_at_once(oauth_app: OAuthApp, consumer: Any) -> None:
    code = oauth_app.code(consumer)
    tokens = oauth_app.exchange(code).json()

    assert oauth_app.exchange(code).status_code == 400

    assert reads(oauth_app, tokens) == 401
    assert refused(oauth_app, tokens["refresh_token"])


def test_access_token_lives_for_as_long_as_the_answer_says(
    oauth_app: OAuthApp, app: RecipientApp, calendar: Calendar
) -> None:
    tokens, classic = oauth_app.mint(), app.mint()
    assert (tokens["expires_in"], classic["expires_in"]) == (899, 86399)
    calendar.pass_time(seconds=890)
    assert oauth_app.get("balances", tokens["access_token"]).status_code == 200
    calendar.pass_time(seconds=10)
    assert oauth_app.get("balances", tokens["access_token"]).status_code == 401
    assert reads(oauth_app, tokens) == 200


def test_unused_refresh_token_ends_after_half_a_year(
    oauth_app: OAuthApp, calendar: Calendar
) -> None:
    tokens = oauth_app.mint()
    calendar.pass_time(days=180)
    assert refused(oauth_app, tokens["refresh_token"])


def test_id_token_is_signed_with_the_algorithm_that_the_app_has_chosen(
    oauth_app: OAuthApp,
) -> None:
    def chosen(known: App) -> App:
        return replace(known, id_token_alg="ES256")

    client_id = oauth_app.credentials.client_id
    administer(oauth_app.network, lambda clients: clients.update_app(client_id, chosen))
    eventually(
        "the network to follow",
        lambda: unproven(oauth_app.mint()["id_token"], 0)["alg"] == "ES256",
    )
    assert reads(oauth_app, oauth_app.mint()) == 200


@pytest.mark.parametrize("profile", Profile)
def test_two_hundred_requests_with_one_refresh_token_leave_one_living_successor(
    app: RecipientApp, oauth_app: OAuthApp, profile: Profile
) -> None:
    caller = app if profile is Profile.AKOYA else oauth_app
    first = caller.mint()

    answers = together(200, lambda: caller.refresh(first["refresh_token"]))

    winners = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(winners) == (1 if profile is Profile.AKOYA else 200)
    assert {answer.status_code for answer in answers} <= {200, 400}
    (successor,) = {winner["refresh_token"] for winner in winners}
    grants = {winner["grant_id"] for winner in winners}
    (grant_id,) = grants
    (living,) = caller.network.rows(
        "SELECT count(*) AS n FROM refresh_tokens r JOIN token_families f ON f.id = r.family_id "
        f"WHERE f.grant_id = '{grant_id}' AND r.claimed_at IS NULL AND f.ended_at IS NULL"
    )
    assert living["n"] == 1
    assert caller.refresh(successor).status_code == 200


def test_two_hundred_requests_with_refresh_tokens_of_their_own_all_get_new_ones(
    app: RecipientApp,
) -> None:
    firsts = [tokens for _ in range(10) for tokens in together(20, lambda: app.mint("mikomo_5"))]

    def refreshing(tokens: Tokens) -> Any:
        return lambda: app.refresh(tokens["refresh_token"])

    answers = each_together([refreshing(tokens) for tokens in firsts])

    assert {answer.status_code for answer in answers} == {200}
    successors = [answer.json()["refresh_token"] for answer in answers]
    assert len(set(successors)) == 200
    for successor in itertools.islice(successors, 20):
        assert app.refresh(successor).status_code == 200
