"""What the profile oauth asks of an app at `/auth`, and that classic apps are asked less."""

import html

import pytest
import requests

from easement.authserver.authorize.steps import Steps
from easement.recipients.model import Profile
from tests.support.app import RecipientApp
from tests.support.consumer import Consumer, query_of
from tests.support.oauth_app import CHALLENGE, OAuthApp

Changes = dict[str, str | None]


def ask(app: RecipientApp, **changes: str | None) -> requests.Response:
    url = app.network.reach(app.auth_url(**changes))
    return requests.get(url, allow_redirects=False, timeout=30)


def refused(app: RecipientApp, **changes: str | None) -> dict[str, str]:
    answer = ask(app, **changes)
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(f"{app.redirect_uri}?")
    query = query_of(answer.headers["location"])
    assert "code" not in query
    return query


def test_app_of_the_profile_oauth_links_with_pkce(oauth_app: OAuthApp, consumer: Consumer) -> None:
    tokens = oauth_app.link(consumer, "mikomo_5")

    assert oauth_app.get("balances", tokens["id_token"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"connector": None}, "invalid_request"),
        ({"connector": "nobody"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"id_token_hint": "eyJ.no.token"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://app.example/r"}, "request_uri_not_supported"),
    ],
    ids=str,
)
def test_request_that_breaks_the_profile_is_told_to_the_app_with_state_and_issuer(
    oauth_app: OAuthApp, changes: Changes, error: str
) -> None:
    query = refused(oauth_app, **changes)

    assert query["error"] == error
    assert query["state"] == oauth_app.authorization()["state"]
    assert query["iss"] == oauth_app.network.issuer


@pytest.mark.parametrize(
    "changes",
    [
        {"response_mode": "fragment"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "S256"},
        {"max_age": "10"},
    ],
    ids=str,
)
def test_classic_app_goes_on_to_the_bank(app: RecipientApp, changes: Changes) -> None:
    location = ask(app, **changes).headers["location"]

    assert location.startswith(app.network.bank.url)


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_app_or_address_that_is_not_known_stays_a_page(oauth_app: OAuthApp, name: str) -> None:
    answer = ask(oauth_app, **{name: "https://evil.example/callback"})

    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "Bad Request" in html.unescape(answer.text)


def test_every_row_that_a_classic_app_passes_stands_in_the_stricter_profiles_too() -> None:
    table = Steps(None, None, None).table  # type: ignore[arg-type]

    for row in table[1:]:
        assert row.akoya <= row.oauth <= row.fapi2
    # The first row's question is asked in the other profiles as well, only later.
    assert (table[0].akoya, table[0].oauth) == (True, False)
    assert any("connector_by_redirect" in row.step.__qualname__ for row in table if row.oauth)


@pytest.mark.parametrize("profile", Profile)
def test_nothing_is_redirected_before_client_and_redirect_uri_are_known(profile: Profile) -> None:
    steps = Steps(None, None, None)  # type: ignore[arg-type]
    names = [step.__qualname__.split(".")[0] for step in steps.column(profile)]

    assert set(names[: names.index("redirect_uri") + 1]) <= {"connector", "client", "redirect_uri"}
