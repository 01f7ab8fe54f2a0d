"""How long a consent lasts, and how that is told to the consumer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.authserver.authorize.duration import in_words
from easement.consent.duration import Duration, agreed_duration
from easement.fdx.consent_duration import ConsentDuration, DurationType
from easement.providers.model import Policy, RefreshTokenPolicy

ONE_TIME, PERSISTENT, TIME_BOUND = (
    DurationType.ONE_TIME,
    DurationType.PERSISTENT,
    DurationType.TIME_BOUND,
)
NOW = datetime(2026, 11, 20, 17, 43, tzinfo=UTC)
BASE = Policy(id_token_lifetime=timedelta(hours=24), consent_duration=None)

Days = int | None


def policy(days: Days = None, *, once: bool = False, **more: object) -> Policy:
    duration = None if days is None else timedelta(days=days)
    return replace(BASE, consent_duration=duration, one_time_consent=once, **more)  # type: ignore[arg-type]


def wish(days: int) -> ConsentDuration:
    return ConsentDuration(TIME_BOUND, days)


@pytest.mark.parametrize(
    ("provider", "app", "type_", "days"),
    [
        (policy(), None, PERSISTENT, None),
        (policy(), ConsentDuration(PERSISTENT), PERSISTENT, None),
        (policy(365), None, TIME_BOUND, 365),
        (policy(365), ConsentDuration(PERSISTENT), TIME_BOUND, 365),
        (policy(365), wish(90), TIME_BOUND, 90),
        (policy(30), wish(90), TIME_BOUND, 30),
        (policy(), wish(90), TIME_BOUND, 90),
        (policy(once=True), None, ONE_TIME, 1),
        (policy(once=True), wish(90), ONE_TIME, 1),
        (policy(365), ConsentDuration(ONE_TIME), ONE_TIME, 1),
        (
            policy(
                refresh_token_policy=RefreshTokenPolicy.SET,
                refresh_token_lifetime=timedelta(days=180),
            ),
            wish(200),
            TIME_BOUND,
            180,
        ),
        (
            policy(
                refresh_token_policy=RefreshTokenPolicy.ROLLING,
                refresh_token_lifetime=timedelta(days=180),
            ),
            None,
            PERSISTENT,
            None,
        ),
    ],
)
def test_the_shorter_of_the_providers_policy_and_the_apps_wish_holds(
    provider: Policy, app: ConsentDuration | None, type_: DurationType, days: Days
) -> None:
    until = None if days is None else NOW + timedelta(days=days)
    assert agreed_duration(provider, app, NOW) == Duration(type_, NOW, until)


@given(st.none() | st.integers(1, 3650), st.none() | st.integers(1, 3650), st.booleans())
def test_neither_side_gets_more_than_it_said(provider: Days, app: Days, once: bool) -> None:
    agreed = agreed_duration(policy(provider, once=once), None if app is None else wish(app), NOW)
    for days in (provider, app, 1 if once else None):
        if days is not None:
            assert agreed.until is not None
            assert agreed.until <= NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("agreed", "words"),
    [
        (
            Duration(PERSISTENT, NOW, None),
            "Until you stop it. Budget can read these accounts again at any time until then.",
        ),
        (
            Duration(TIME_BOUND, NOW, NOW + timedelta(days=90)),
            "Until 18 February 2027, unless you stop it earlier.",
        ),
        (
            Duration(TIME_BOUND, NOW, NOW + timedelta(hours=5)),
            "Until 20 November 2026, 22:43 UTC, unless you stop it earlier.",
        ),
        (
            Duration(ONE_TIME, NOW, NOW + timedelta(days=1)),
            "One time, until 21 November 2026, 17:43 UTC. After that Budget has to ask you again.",
        ),
    ],
)
def test_duration_is_told_in_plain_words(agreed: Duration, words: str) -> None:
    assert in_words(agreed, BASE, "Budget") == words


@pytest.mark.parametrize(
    ("lifetime", "words"),
    [
        (timedelta(days=180), "Until you stop it, or until Budget has not used it for 180 days."),
        (timedelta(hours=5), "Until you stop it, or until Budget has not used it for a while."),
    ],
)
def test_permission_that_lapses_when_unused_says_so(lifetime: timedelta, words: str) -> None:
    rolling = policy(
        refresh_token_policy=RefreshTokenPolicy.ROLLING, refresh_token_lifetime=lifetime
    )
    assert in_words(Duration(PERSISTENT, NOW, None), rolling, "Budget").startswith(words)
