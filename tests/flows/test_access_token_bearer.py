"""The access token as bearer of product calls: for apps of the profile oauth alone."""

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer
from tests.support.network import Calendar
from tests.support.oauth_app import OAuthApp

DENIED = {"code": 602, "message": "Customer not authorized"}


@pytest.mark.parametrize("kind", ["access_token", "id_token"])
def test_app_of_the_profile_oauth_reads_data_with_either_token(
    oauth_app: OAuthApp, consumer: Consumer, kind: str
) -> None:
    tokens = oauth_app.link(consumer, "mikomo_5")

    answers = [oauth_app.get("balances", tokens[kind]) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["accounts"]


def test_scheme_of_the_bearer_is_read_in_any_case(oauth_app: OAuthApp) -> None:
    token = oauth_app.mint("mikomo_5")["access_token"]

    for scheme in ("bearer", "BEARER"):
        answer = requests.get(
            f"{oauth_app.network.url}/balances/v2/mikomo",
            headers={"authorization": f"{scheme} {token}"},
            timeout=30,
        )
        assert answer.status_code == 200


def test_classic_app_is_told_to_send_its_id_token(app: RecipientApp) -> None:
    answer = app.get("balances", app.mint("mikomo_5")["access_token"])

    assert answer.status_code == 401
    assert answer.json() == {
        **DENIED,
        "debugMessage": "The bearer of product calls is the id_token.",
    }


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_no_other_opaque_token_opens_data(oauth_app: OAuthApp, kind: str) -> None:
    tokens = oauth_app.mint("mikomo_5")
    token = tokens[kind] if kind == "refresh_token" else tokens[kind][:-1] + "~"

    assert oauth_app.get("balances", token).status_code == 401


def test_access_token_ends_with_its_permission(oauth_app: OAuthApp) -> None:
    tokens = oauth_app.mint("mikomo_5")
    assert oauth_app.get("balances", tokens["access_token"]).status_code == 200

    oauth_app.revoke(tokens["refresh_token"])

    answer = oauth_app.get("balances", tokens["access_token"])
    assert (answer.status_code, answer.json()) == (401, DENIED)


def test_access_token_ends_with_its_time(oauth_app: OAuthApp, calendar: Calendar) -> None:
    tokens = oauth_app.mint("mikomo_5")
    assert oauth_app.get("balances", tokens["access_token"]).status_code == 200

    calendar.pass_time(seconds=tokens["expires_in"] + 24 * 3600)

    answer = oauth_app.get("balances", tokens["access_token"])
    assert (answer.status_code, answer.json()) == (401, DENIED)


def test_access_token_ends_when_its_code_is_used_again(
    oauth_app: OAuthApp, consumer: Consumer, calendar: Calendar
) -> None:
    code = oauth_app.code(consumer, "mikomo_5")
    token = oauth_app.exchange(code).json()["access_token"]
    assert oauth_app.get("balances", token).status_code == 200
    calendar.pass_time(seconds=61)
    oauth_app.exchange(code)

    assert oauth_app.get("balances", token).status_code == 401


def test_access_token_opens_its_own_accounts_only(oauth_app: OAuthApp) -> None:
    every = oauth_app.get("balances", oauth_app.mint("mikomo_10")["access_token"]).json()
    one = next(iter(every["accounts"][0].values()))["accountId"]

    narrow = oauth_app.mint("mikomo_10", accounts=[one])

    found = oauth_app.get("balances", narrow["access_token"]).json()["accounts"]
    assert [next(iter(each.values()))["accountId"] for each in found] == [one]
