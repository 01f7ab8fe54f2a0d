"""Every decision stands in the audit log with its reason, and nothing of anybody's in it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import requests

from easement.main.keys import open_key_administration
from tests.support.app import RecipientApp
from tests.support.consumer import Consumer, query_of
from tests.support.network import Calendar, RunningNetwork
from tests.support.process import eventually

Expect = Callable[..., dict[str, Any]]


@pytest.fixture
def expect(network: RunningNetwork) -> Expect:
    """Waits for an event of this test that says what is given, and hands it out."""
    before = len(network.rows("SELECT position FROM audit_events"))

    def expect(kind: str, reason: str, **said: str) -> dict[str, Any]:
        wanted = {"kind": kind, "reason": reason, **said}

        def found() -> list[dict[str, Any]]:
            rows = network.rows("SELECT * FROM audit_events ORDER BY position")[before:]
            return [row for row in rows if wanted.items() <= row.items()]

        eventually(f"{wanted} in the audit log", lambda: bool(found()))
        return found()[-1]

    return expect


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"redirect_uri": "https://evil.example/"}, "redirect_uri"),
        ({"scope": "profile"}, "scope"),
        ({"connector": "nobody"}, "connector"),
        ({"response_type": "token"}, "response_type"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "pkce"),
        ({"id_token_hint": "no.such.token"}, "id_token_hint"),
    ],
)
def test_a_refused_authorization_names_the_check(
    app: RecipientApp, expect: Expect, change: dict[str, str], step: str
) -> None:
    url = app.network.reach(app.auth_url(**change))
    answer = requests.get(url, allow_redirects=False, timeout=30)

    event = expect(
        "authorization_refused", step, interaction_id=answer.headers["x-akoya-interaction-id"]
    )
    assert event["app_id"] in {"sandbox-app", None}
    assert "evil" not in str(event)


def test_a_silent_authorization_that_is_refused_says_why(app: RecipientApp, expect: Expect) -> None:
    url = app.network.reach(app.auth_url(prompt="none"))
    requests.get(url, allow_redirects=False, timeout=30)

    expect("authorization_refused", "prompt_none:login_required", app_id="sandbox-app")


def test_permission_and_its_end_are_noted_with_who_decided(
    app: RecipientApp, consumer: Consumer, expect: Expect
) -> None:
    code = query_of(consumer.approve(consumer.consent(app.auth_url(), "mikomo_5")))["code"]
    tokens = app.exchange(code).json()
    of = {"grant_id": tokens["grant_id"], "app_id": "sandbox-app", "provider_id": "mikomo"}
    expect("consent_granted", "by INDIVIDUAL", **of)

    app.revoke(tokens["refresh_token"])
    expect("consent_revoked", "by DATA_RECIPIENT", **of)


def test_a_cancelled_consent_is_noted(
    app: RecipientApp, consumer: Consumer, expect: Expect
) -> None:
    consumer.press(consumer.consent(app.auth_url(), "mikomo_5"), "Cancel")

    expect("consent_cancelled", "The consumer did not give permission", app_id="sandbox-app")


def test_a_sign_in_that_failed_at_the_bank_is_noted(
    app: RecipientApp, consumer: Consumer, expect: Expect
) -> None:
    page = consumer.get(app.auth_url())
    state = query_of(page.onward or "")["state"]
    issuer = app.network.bank.url
    consumer.get(
        f"{app.network.issuer}/callback/mikomo?state={state}&error=server_error&iss={issuer}"
    )

    expect("authorization_failed", "The provider failed, try again later", app_id="sandbox-app")


def test_a_used_code_and_a_reused_refresh_token_are_told_apart_from_unknown_ones(
    app: RecipientApp, consumer: Consumer, calendar: Calendar, expect: Expect
) -> None:
    code = query_of(consumer.approve(consumer.consent(app.auth_url(), "mikomo_5")))["code"]
    tokens = app.exchange(code).json()
    of = {"grant_id": tokens["grant_id"], "app_id": "sandbox-app"}

    app.exchange(code)
    expect("code_refused", "used_just_now", **of)
    app.exchange("no-such-code")
    expect("code_refused", "unknown", app_id="sandbox-app")
    app.exchange(code, redirect_uri=None)
    expect("code_refused", "parameter_missing", app_id="sandbox-app")
    app.refresh(tokens["refresh_token"])
    calendar.pass_time(minutes=5)
    app.refresh(tokens["refresh_token"])
    expect("refresh_token_refused", "reused", **of)
    app.refresh(tokens["refresh_token"])
    expect("refresh_token_refused", "ended", **of)


def test_a_code_with_another_verifier_is_noted(
    app: RecipientApp, consumer: Consumer, expect: Expect
) -> None:
    code = query_of(consumer.approve(consumer.consent(app.auth_url(), "mikomo_5")))["code"]
    app.exchange(code, code_verifier="v" * 43)

    expect("code_refused", "pkce_failed", app_id="sandbox-app")


def test_a_client_that_is_not_let_in_is_named_only_if_it_exists(
    app: RecipientApp, expect: Expect
) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "r"}
    app.post("/token", {**form, "client_secret": "wrong"})
    expect("client_refused", "secret_refused", app_id="sandbox-app")

    app.post("/token", {**form, "client_id": "typed-by-a-stranger"})
    event = expect("client_refused", "unknown_client")
    assert event["app_id"] is None
    assert "stranger" not in str(event)


def test_service_tokens_are_noted_given_and_refused(
    network: RunningNetwork, expect: Expect
) -> None:
    pair = (network.secrets.service.client_id, network.secrets.service.client_secret)

    def ask(scope: str) -> None:
        form = {"grant_type": "client_credentials", "scope": scope}
        requests.post(f"{network.url}/oauth2/token", data=form, auth=pair, timeout=30)

    ask("app_management_v2")
    expect("service_token_issued", "app_management_v2", app_id="service-client")
    ask("everything")
    expect("service_token_refused", "scope", app_id="service-client")


def test_a_rotated_key_is_noted(network: RunningNetwork, expect: Expect) -> None:
    async def rotate() -> str:
        async with open_key_administration(network.settings) as keys:
            return (await keys.rotate("RS256", now=False)).kid

    kid = asyncio.run(rotate())
    expect("keys_changed", f"RS256 rotated to {kid}")


def test_the_log_survives_a_reset_which_stands_in_it(
    app: RecipientApp, network: RunningNetwork, expect: Expect
) -> None:
    app.post("/token", {"client_secret": "wrong"})
    expect("client_refused", "secret_refused")
    token = network.secrets.control_token
    requests.post(
        f"{network.url}/sandbox/v1/reset",
        headers={"authorization": f"Bearer {token}"},
        timeout=60,
    ).raise_for_status()

    expect("client_refused", "secret_refused")
    expect("sandbox_reset", "by the control API")


def test_nothing_of_a_consumer_stands_in_the_log(
    app: RecipientApp, consumer: Consumer, expect: Expect
) -> None:
    code = query_of(consumer.approve(consumer.consent(app.auth_url(), "mikomo_5")))["code"]
    tokens = app.exchange(code).json()
    expect("consent_granted", "by INDIVIDUAL", grant_id=tokens["grant_id"])

    said = str(app.network.rows("SELECT * FROM audit_events"))
    for secret in ("mikomo_5", code, tokens["access_token"], tokens["id_token"]):
        assert secret not in said
