"""A code: five minutes, once, for whoever began."""

import base64
import hashlib

import pytest

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer, query_of
from tests.support.network import Calendar
from tests.support.together import together

VERIFIER = "a-verifier_of.43~characters-or-more-0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
CODE_INVALID = "Invalid or expired code parameter."


def test_fifty_callers_with_one_code_get_exactly_one_token_set(
    app: RecipientApp, consumer: Consumer
) -> None:
    code = app.code(consumer)

    answers = together(50, lambda: app.exchange(code))

    winners = [answer for answer in answers if answer.status_code == 200]
    losers = [answer for answer in answers if answer.status_code != 200]
    assert len(winners) == 1
    assert {answer.status_code for answer in losers} == {400}
    assert {answer.json()["error_description"] for answer in losers} == {CODE_INVALID}
    # The losers came within the tolerated minute: the winner keeps its link.
    tokens = winners[0].json()
    assert app.get("balances", tokens["id_token"]).status_code == 200
    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_code_works_shortly_before_five_minutes(
    app: RecipientApp, consumer: Consumer, calendar: Calendar
) -> None:
    code = app.code(consumer)
    calendar.pass_time(minutes=4, seconds=50)

    assert app.exchange(code).status_code == 200


def test_code_is_refused_after_five_minutes(
    app: RecipientApp, consumer: Consumer, calendar: Calendar
) -> None:
    code = app.code(consumer)
    calendar.pass_time(minutes=5)

    answer = app.exchange(code)

    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_request", "error_description": CODE_INVALID}


def test_used_code_within_a_minute_is_refused_and_the_family_lives(
    app: RecipientApp, consumer: Consumer, calendar: Calendar
) -> None:
    code = app.code(consumer)
    tokens = app.exchange(code).json()
    calendar.pass_time(seconds=50)

    assert app.exchange(code).status_code == 400
    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_used_code_after_a_minute_ends_the_family(
    app: RecipientApp, consumer: Consumer, calendar: Calendar
) -> None:
    code = app.code(consumer)
    tokens = app.exchange(code).json()
    calendar.pass_time(seconds=61)

    assert app.exchange(code).status_code == 400
    assert app.refresh(tokens["refresh_token"]).status_code == 400


def test_used_code_after_its_refresh_token_was_used_ends_the_family(
    app: RecipientApp, consumer: Consumer
) -> None:
    code = app.code(consumer)
    tokens = app.exchange(code).json()
    renewed = app.refresh(tokens["refresh_token"]).json()

    assert app.exchange(code).status_code == 400
    assert app.refresh(renewed["refresh_token"]).status_code == 400


def test_verifier_that_answers_the_challenge_is_accepted(
    app: RecipientApp, consumer: Consumer
) -> None:
    code = app.code(consumer, code_challenge=CHALLENGE, code_challenge_method="S256")

    assert app.exchange(code, code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize("verifier", [None, "", "x" * 43, CHALLENGE, "short", "é" * 43])
def test_challenge_without_the_right_verifier_is_refused_and_the_code_stays_good(
    app: RecipientApp, consumer: Consumer, verifier: str | None
) -> None:
    code = app.code(consumer, code_challenge=CHALLENGE, code_challenge_method="S256")

    refused = app.exchange(code, code_verifier=verifier)

    assert refused.status_code == 400
    assert refused.json()["error"] == "invalid_grant"
    assert app.exchange(code, code_verifier=VERIFIER).status_code == 200


def test_verifier_without_challenge_is_refused_as_a_downgrade(
    app: RecipientApp, consumer: Consumer
) -> None:
    code = app.code(consumer)

    assert app.exchange(code, code_verifier=VERIFIER).status_code == 400


def test_code_after_the_consumers_revocation_is_refused(
    app: RecipientApp, consumer: Consumer
) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")
    code = query_of(consumer.approve(page))["code"]
    tokens = app.exchange(code).json()
    assert app.revoke(tokens["refresh_token"]).status_code == 200

    answer = app.exchange(code)

    assert answer.status_code == 400
    assert answer.json()["error_description"] == CODE_INVALID
