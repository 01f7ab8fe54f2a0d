"""Cases of the FAPI 2.0 test plan for an app that pushes its requests and has a key, no secret."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from easement.main.sandbox_credentials import AppCredentials
from tests.support.clients import ASSERTION_TYPE, KeyedApp
from tests.support.consumer import Consumer, query_of
from tests.support.forgery import unproven
from tests.support.network import HTTPS_CALLBACK, Calendar, RunningNetwork
from tests.support.oauth_app import VERIFIER, OAuthApp

Changes = dict[str, str | None]


@pytest.fixture(scope="module")
def keyed(network: RunningNetwork) -> KeyedApp:
    return KeyedApp.registered(network, "PS256")


@pytest.fixture(scope="module")
def other(network: RunningNetwork) -> KeyedApp:
    return KeyedApp.registered(network)


def asked(app: KeyedApp) -> OAuthApp:
    """The same app as builder of requests; it has no secret to send."""
    return OAuthApp(app.network, AppCredentials(app.id, "", [HTTPS_CALLBACK]))


def push(app: KeyedApp, proof: str | None = None, **changes: str | None) -> requests.Response:
    form = asked(app).authorization(**changes)
    return app.post("/par", **form, client_assertion=proof or app.assertion())


def code(app: KeyedApp, consumer: Consumer, **changes: str | None) -> str:
    """A code got by a pushed request."""
    url = asked(app).pushed_url(push(app, **changes).json()["request_uri"])
    return query_of(consumer.approve(consumer.consent(url, "mikomo_5")))["code"]


def exchange(app: KeyedApp, code: str, **changes: str | None) -> requests.Response:
    form = {"code": code, "redirect_uri": HTTPS_CALLBACK, "code_verifier": VERIFIER, **changes}
    return app.post(grant_type="authorization_code", **form)


def check_error(answer: requests.Response, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text


def test_an_app_with_a_key_pushes_links_and_refreshes(keyed: KeyedApp, consumer: Consumer) -> None:
    tokens = exchange(keyed, code(keyed, consumer)).json()
    refreshed = keyed.post(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()

    assert asked(keyed).get("balances", refreshed["access_token"]).status_code == 200


def test_a_push_without_an_assertion_is_refused(keyed: KeyedApp) -> None:
    url = f"{keyed.network.url}/par"

    check_error(requests.post(url, asked(keyed).authorization(), timeout=30), 401, "invalid_client")


@pytest.mark.parametrize(
    "audience",
    [
        lambda issuer: [issuer],
        lambda issuer: [issuer, f"{issuer}/token"],
        lambda issuer: f"{issuer}/par",
        lambda issuer: f"{issuer}/token",
        lambda issuer: f"{issuer}/",
    ],
    ids=["a list", "a list of two", "the PAR endpoint", "the token endpoint", "a slash more"],
)
def test_an_assertion_for_another_audience_than_the_issuer_pushes_nothing(
    keyed: KeyedApp, audience: Callable[[str], Any]
) -> None:
    proof = keyed.assertion(aud=audience(keyed.network.issuer))

    check_error(push(keyed, proof), 401, "invalid_client")


@pytest.mark.parametrize(
    "claims",
    [{"exp": -300}, {"sub": None}, {"aud": "https://elsewhere.example"}, {"nbf": 70}, {"iat": 70}],
    ids=str,
)
def test_an_assertion_with_a_fault_pushes_nothing(keyed: KeyedApp, claims: dict[str, Any]) -> None:
    said = {
        name: int(time.time()) + value if isinstance(value, int) else value
        for name, value in claims.items()
    }

    check_error(push(keyed, keyed.assertion(**said)), 401, "invalid_client")


def test_an_assertion_signed_with_rs256_pushes_nothing(keyed: KeyedApp) -> None:
    proof = keyed.assertion(header={"alg": "RS256"})

    check_error(push(keyed, proof), 401, "invalid_client")


def test_an_assertion_whose_clock_runs_eight_seconds_ahead_pushes(keyed: KeyedApp) -> None:
    assert push(keyed, keyed.assertion(nbf=int(time.time()) + 8)).status_code == 201


def test_an_assertion_that_pushed_opens_nothing_else(keyed: KeyedApp, consumer: Consumer) -> None:
    proof = keyed.assertion()
    assert push(keyed, proof).status_code == 201

    own = code(keyed, consumer)
    check_error(exchange(keyed, own, client_assertion=proof), 401, "invalid_client")
    assert exchange(keyed, own).status_code == 200


def test_the_assertion_of_one_app_pushes_nothing_for_another(
    keyed: KeyedApp, other: KeyedApp
) -> None:
    form = asked(keyed).authorization()
    answer = other.post("/par", **form, client_assertion=other.assertion())

    check_error(answer, 401, "invalid_client")


def test_a_request_uri_within_a_push_is_refused(keyed: KeyedApp) -> None:
    earlier = push(keyed).json()["request_uri"]

    check_error(push(keyed, request_uri=earlier), 400, "invalid_request")


def test_a_pushed_request_without_pkce_is_refused(keyed: KeyedApp) -> None:
    answer = push(keyed, code_challenge=None, code_challenge_method=None)

    check_error(answer, 400, "invalid_request")


def test_a_pushed_challenge_in_plain_text_is_refused(keyed: KeyedApp) -> None:
    answer = push(keyed, code_challenge=VERIFIER, code_challenge_method="plain")

    check_error(answer, 400, "invalid_request")


@pytest.mark.parametrize("verifier", [None, "wrong" * 10], ids=["missing", "wrong"])
def test_a_code_without_the_verifier_of_its_challenge_is_invalid_grant(
    keyed: KeyedApp, consumer: Consumer, verifier: str | None
) -> None:
    answer = exchange(keyed, code(keyed, consumer), code_verifier=verifier)

    check_error(answer, 400, "invalid_grant")


def test_a_code_is_bound_to_the_app_that_pushed(
    keyed: KeyedApp, other: KeyedApp, consumer: Consumer
) -> None:
    check_error(exchange(other, code(keyed, consumer)), 400, "invalid_grant")


def test_a_code_used_again_after_a_second_is_invalid_grant(
    keyed: KeyedApp, consumer: Consumer, calendar: Calendar
) -> None:
    own = code(keyed, consumer)
    assert exchange(keyed, own).status_code == 200
    calendar.pass_time(seconds=1)

    check_error(exchange(keyed, own), 400, "invalid_grant")


def test_a_code_that_nobody_fetched_in_time_is_invalid_grant(
    keyed: KeyedApp, consumer: Consumer, calendar: Calendar
) -> None:
    own = code(keyed, consumer)
    calendar.pass_time(minutes=5, seconds=1)

    check_error(exchange(keyed, own), 400, "invalid_grant")


def test_a_code_without_an_assertion_gives_no_tokens(keyed: KeyedApp, consumer: Consumer) -> None:
    own = code(keyed, consumer)
    form = {
        "grant_type": "authorization_code",
        "client_id": keyed.id,
        "code": own,
        "redirect_uri": HTTPS_CALLBACK,
        "code_verifier": VERIFIER,
    }

    answer = requests.post(f"{keyed.network.url}/token", form, timeout=30)

    check_error(answer, 401, "invalid_client")
    assert exchange(keyed, own).status_code == 200


def test_a_refresh_token_is_bound_to_its_app_and_its_proof(
    keyed: KeyedApp, other: KeyedApp, consumer: Consumer
) -> None:
    token = exchange(keyed, code(keyed, consumer)).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    url = f"{keyed.network.url}/token"

    unnamed = requests.post(url, {**form, "client_id": keyed.id}, timeout=30)
    check_error(unnamed, 401, "invalid_client")
    borrowed = {**form, "client_id": keyed.id, "client_assertion_type": ASSERTION_TYPE}
    strange = requests.post(url, {**borrowed, "client_assertion": other.assertion()}, timeout=30)
    check_error(strange, 401, "invalid_client")
    check_error(other.post(**form), 400, "invalid_grant")
    assert keyed.post(**form).status_code == 200


@pytest.mark.parametrize("response_type", ["code id_token", "token"])
def test_a_push_for_another_response_type_than_code_is_refused(
    keyed: KeyedApp, response_type: str
) -> None:
    answer = push(keyed, response_type=response_type)

    check_error(answer, 400, "unsupported_response_type")


@pytest.mark.parametrize("length", [64, 384])
def test_a_pushed_nonce_is_not_cut_off(keyed: KeyedApp, consumer: Consumer, length: int) -> None:
    tokens = exchange(keyed, code(keyed, consumer, nonce="n" * length)).json()

    assert unproven(tokens["id_token"], 1)["nonce"] == "n" * length


def test_codes_and_tokens_are_too_long_to_guess_and_never_the_same(
    keyed: KeyedApp, consumer: Consumer
) -> None:
    codes = [code(keyed, consumer) for _ in range(2)]
    answers = [exchange(keyed, each).json() for each in codes]
    names = ("access_token", "refresh_token")
    secrets = [*codes, *(answer[name] for answer in answers for name in names)]

    assert len(set(secrets)) == len(secrets)
    assert all(len(secret) >= 43 for secret in secrets)  # 256 bits in base64url
