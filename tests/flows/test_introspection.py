"""`/introspect` (RFC 7662): what a token of the asking app is worth, and nothing about others."""

import time
from typing import Any

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.consumer import Consumer
from tests.support.forgery import unproven
from tests.support.network import Calendar
from tests.support.oauth_app import OAuthApp

INACTIVE = {"active": False}
KINDS = pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])


def introspect(app: RecipientApp, token: str | None, **form: str) -> Any:
    answer = app.post("/introspect", {"token": token, **form}, "basic")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


@KINDS
def test_token_that_counts_is_described(app: RecipientApp, kind: str) -> None:
    tokens = app.mint("mikomo_5", scope="openid offline_access")

    found = introspect(app, tokens[kind])

    assert found["active"] is True
    assert found["iss"] == app.network.issuer
    assert found["client_id"] == app.credentials.client_id
    assert found["sub"] == unproven(tokens["id_token"], 1)["sub"]
    assert found["scope"] == tokens["scope"]
    assert found["grant_id"] == found["fdxConsentId"] == tokens["grant_id"]
    assert ("token_type" in found) == (kind != "refresh_token")
    if kind != "refresh_token":
        assert found["exp"] > time.time()


def test_hint_that_is_wrong_changes_nothing(app: RecipientApp) -> None:
    tokens = app.mint()

    assert introspect(app, tokens["access_token"], token_type_hint="refresh_token")["active"]
    assert introspect(app, tokens["refresh_token"], token_type_hint="nonsense")["active"]


@KINDS
def test_token_of_another_app_says_nothing(
    app: RecipientApp, other_app: RecipientApp, kind: str
) -> None:
    assert introspect(other_app, app.mint()[kind]) == INACTIVE


@pytest.mark.parametrize("token", ["unknown", "é", "a.b.c", "x" * 5000, "nul\0"])
def test_what_is_no_token_says_nothing(app: RecipientApp, token: str) -> None:
    assert introspect(app, token) == INACTIVE


@KINDS
def test_nothing_of_a_revoked_permission_is_active(app: RecipientApp, kind: str) -> None:
    tokens = app.mint()
    app.revoke(tokens["refresh_token"])

    assert introspect(app, tokens[kind]) == INACTIVE


def test_used_refresh_token_is_inactive_and_its_successor_active(app: RecipientApp) -> None:
    first = app.mint()
    second = app.refresh(first["refresh_token"]).json()

    assert introspect(app, first["refresh_token"]) == INACTIVE
    assert introspect(app, second["refresh_token"])["active"] is True


@pytest.mark.parametrize("kind", ["access_token", "id_token"])
def test_expired_token_is_inactive(app: RecipientApp, calendar: Calendar, kind: str) -> None:
    token = app.mint()[kind]
    assert introspect(app, token)["active"] is True

    calendar.pass_time(days=2)

    assert introspect(app, token) == INACTIVE


@KINDS
def test_tokens_of_a_family_that_a_reuse_ended_are_inactive(
    oauth_app: OAuthApp, consumer: Consumer, calendar: Calendar, kind: str
) -> None:
    code = oauth_app.code(consumer, "mikomo_5")
    tokens = oauth_app.exchange(code).json()
    calendar.pass_time(seconds=61)
    oauth_app.exchange(code)

    assert introspect(oauth_app, tokens[kind]) == INACTIVE


def test_without_proof_nothing_is_said(app: RecipientApp) -> None:
    token = app.mint()["access_token"]
    for form in ({"token": token}, {"token": token, "client_id": "sandbox-app"}):
        answer = requests.post(f"{app.network.url}/introspect", data=form, timeout=30)
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"


def test_request_without_a_token_is_refused(app: RecipientApp) -> None:
    answer = app.post("/introspect", {}, "basic")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_introspection_takes_posts_only(app: RecipientApp) -> None:
    answer = requests.get(f"{app.network.url}/introspect", timeout=30)

    assert (answer.status_code, answer.json()["error"]) == (405, "invalid_request")
