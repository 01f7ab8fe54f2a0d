"""Refresh tokens replace themselves; a used one is refused, and may end its family."""

from tests.support.app import RecipientApp
from tests.support.network import Calendar
from tests.support.together import together

REFUSED = {
    "error": "invalid_request",
    "error_description": "Refresh token is invalid or has already been claimed by another client.",
}


def test_refresh_gives_new_tokens_of_the_same_grant(app: RecipientApp) -> None:
    first = app.mint()
    second = app.refresh(first["refresh_token"]).json()

    for name in ("refresh_token", "id_token", "access_token"):
        assert second[name] != first[name]
    for name in ("grant_id", "scope", "token_type", "expires_in"):
        assert second[name] == first[name]
    assert app.get("balances", second["id_token"]).status_code == 200


def test_used_refresh_token_is_refused_within_a_minute_and_the_family_lives(
    app: RecipientApp, calendar: Calendar
) -> None:
    first = app.mint()
    second = app.refresh(first["refresh_token"]).json()
    calendar.pass_time(seconds=50)

    again = app.refresh(first["refresh_token"])

    assert (again.status_code, again.json()) == (400, REFUSED)
    assert app.refresh(second["refresh_token"]).status_code == 200


def test_used_refresh_token_after_a_minute_ends_the_family(
    app: RecipientApp, calendar: Calendar
) -> None:
    first = app.mint()
    second = app.refresh(first["refresh_token"]).json()
    calendar.pass_time(seconds=61)

    assert app.refresh(first["refresh_token"]).json() == REFUSED
    after = app.refresh(second["refresh_token"])
    assert (after.status_code, after.json()) == (400, REFUSED)


def test_used_refresh_token_whose_successor_was_used_ends_the_family_at_once(
    app: RecipientApp,
) -> None:
    first = app.mint()
    second = app.refresh(first["refresh_token"]).json()
    third = app.refresh(second["refresh_token"]).json()

    assert app.refresh(first["refresh_token"]).json() == REFUSED
    assert app.refresh(third["refresh_token"]).json() == REFUSED


def test_end_of_one_family_leaves_other_links_of_the_same_person_alone(
    app: RecipientApp, calendar: Calendar
) -> None:
    reused, other = app.mint(), app.mint()
    app.refresh(reused["refresh_token"])
    calendar.pass_time(seconds=61)
    assert app.refresh(reused["refresh_token"]).json() == REFUSED

    assert app.refresh(other["refresh_token"]).status_code == 200


def test_twenty_concurrent_refreshes_have_one_winner_and_disconnect_nobody(
    app: RecipientApp,
) -> None:
    tokens = app.mint()

    answers = together(20, lambda: app.refresh(tokens["refresh_token"]))

    winners = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    assert all(answer.json() == REFUSED for answer in answers if answer.status_code != 200)
    assert app.refresh(winners[0]["refresh_token"]).status_code == 200


def test_refresh_token_of_the_sandbox_never_expires(app: RecipientApp, calendar: Calendar) -> None:
    tokens = app.mint()
    calendar.pass_time(days=3650)

    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_refreshed_tokens_read_data_after_the_first_id_token_expired(
    app: RecipientApp, calendar: Calendar
) -> None:
    tokens = app.mint()
    calendar.pass_time(hours=25)
    assert app.get("balances", tokens["id_token"]).status_code == 401

    renewed = app.refresh(tokens["refresh_token"]).json()

    assert app.get("balances", renewed["id_token"]).status_code == 200
