"""Revocation by apps of the profile oauth: through any token, whatever the hint."""

import pytest

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer
from tests.support.oauth_app import OAuthApp


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "nonsense"])
def test_any_token_with_any_hint_or_none_ends_the_grant(
    oauth_app: OAuthApp, kind: str, hint: str | None
) -> None:
    tokens = oauth_app.mint("mikomo_5")

    form = {"token": tokens[kind], "token_type_hint": hint}
    answer = oauth_app.post("/revoke", form, "basic")

    assert (answer.status_code, answer.content) == (200, b"")
    assert oauth_app.get("balances", tokens["id_token"]).status_code == 401
    assert oauth_app.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
def test_token_of_another_app_is_left_alone(
    oauth_app: OAuthApp, other_oauth_app: OAuthApp, kind: str
) -> None:
    tokens = oauth_app.mint("mikomo_5")

    assert other_oauth_app.post("/revoke", {"token": tokens[kind]}, "basic").status_code == 200

    assert oauth_app.get("balances", tokens["id_token"]).status_code == 200


def test_classic_app_needs_its_documented_hint_and_may_present_any_token(
    app: RecipientApp, consumer: Consumer
) -> None:
    tokens = app.mint("mikomo_5")

    without = app.post("/revoke", {"token": tokens["access_token"]})
    assert (without.status_code, without.json()) == (400, {"error": "invalid_request"})
    other = app.revoke(tokens["access_token"], token_type_hint="access_token")
    assert (other.status_code, other.json()) == (400, {"error": "unsupported_token_type"})
    assert app.get("balances", tokens["id_token"]).status_code == 200

    assert app.revoke(tokens["access_token"]).status_code == 200
    assert app.get("balances", tokens["id_token"]).status_code == 401
