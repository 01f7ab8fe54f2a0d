"""v2 once it has dates: what its callers hear, and its end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.network import RunningNetwork

NAMES = {"deprecation", "sunset", "link"}


@pytest.fixture
def dated(bank: Bank, new_network: Callable[..., RunningNetwork]) -> RecipientApp:
    """An app at a network whose v2 is deprecated today and ends in ten days."""
    today = datetime.now(UTC).date()
    network = new_network(bank, v2_deprecated_on=today, v2_sunset_on=today + timedelta(days=10))
    return RecipientApp(network, network.secrets.sandbox)


def said(answer: requests.Response) -> set[str]:
    return NAMES & {name.lower() for name in answer.headers}


def test_v2_says_that_it_ends_on_data_and_errors_alike_and_v3_does_not(
    dated: RecipientApp,
) -> None:
    token = dated.mint()["id_token"]
    for answer in (dated.get("balances", token), dated.get("balances", "stolen")):
        assert said(answer) == NAMES
        assert answer.headers["deprecation"].removeprefix("@").isdigit()
        assert parsedate_to_datetime(answer.headers["sunset"]) > dated.network.clock.now()
        link = f"<{dated.network.issuer}/docs/migrating-to-v3>"
        assert answer.headers["link"] == f'{link}; rel="deprecation"; type="text/html"'
    assert said(dated.get("balances", token, "v3")) == set()


def test_after_its_end_v2_is_an_unknown_version(dated: RecipientApp) -> None:
    dated.network.clock.advance(timedelta(days=10))
    token = dated.mint()["id_token"]

    ended, unknown = dated.get("balances", token), dated.get("balances", token, "v1")

    assert ended.status_code == 403
    assert ended.json() == unknown.json()
    assert ended.json()["code"] == 403
    assert said(ended) == set()
    assert dated.get("balances", token, "v3").status_code == 200


def test_without_dates_v2_says_nothing(app: RecipientApp) -> None:
    assert said(app.get("balances", app.mint()["id_token"])) == set()
