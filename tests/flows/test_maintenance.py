"""A bank that announced its maintenance is not asked, and apps hear when to come back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.network import Calendar, RunningNetwork
from tests.support.policy import close, reopen
from tests.support.process import eventually


@pytest.fixture
def window(network: RunningNetwork) -> Iterator[str]:
    """One that opened a minute ago and lasts an hour."""
    now = network.clock.now()
    window = close(network, now - timedelta(minutes=1), now + timedelta(hours=1))
    yield window
    reopen(network, window)


def statuses(app: RecipientApp, token: str) -> set[int]:
    return {app.get(each, token).status_code for each in ("accounts-info", "balances", "accounts")}


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_in_a_window_calls_are_503_with_the_seconds_until_its_end(
    app: RecipientApp, calendar: Calendar, window: str, version: str
) -> None:
    token = app.mint()["id_token"]
    eventually("the window to open", lambda: statuses(app, token) == {503})

    answer = app.get("balances", token, version)
    assert answer.json() == {"code": 503, "message": "System is down for maintenance"}
    assert answer.headers["x-akoya-interaction-id"].startswith("Root=1-")
    left = int(answer.headers["retry-after"])
    assert 0 < left <= 3600

    calendar.pass_time(seconds=left)
    assert statuses(app, token) == {200}


def test_a_window_that_is_taken_back_is_over(app: RecipientApp, network: RunningNetwork) -> None:
    token = app.mint()["id_token"]
    now = network.clock.now()
    window = close(network, now, now + timedelta(days=1))
    eventually("the window to open", lambda: statuses(app, token) == {503})

    reopen(network, window)
    eventually("the window to close", lambda: statuses(app, token) == {200})


def test_tokens_are_refreshed_as_ever_in_a_window(app: RecipientApp, window: str) -> None:
    tokens = app.mint()
    answer: requests.Response = app.refresh(tokens["refresh_token"])
    assert answer.status_code == 200
