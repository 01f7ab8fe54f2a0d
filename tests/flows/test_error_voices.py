"""The same mistakes in two profiles: documented words for classic apps, RFC 6749's for others."""

import pytest

from easement.recipients.model import Profile
from tests.support.app import RecipientApp
from tests.support.clients import registered
from tests.support.consumer import Consumer
from tests.support.network import RunningNetwork
from tests.support.oauth_app import CHALLENGE, VERIFIER

PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@pytest.fixture(scope="module")
def standard(network: RunningNetwork) -> RecipientApp:
    return registered(network, profile=Profile.OAUTH)


def code_form(**changes: str | None) -> dict[str, str | None]:
    return {
        "grant_type": "authorization_code",
        "code": "unknown",
        "redirect_uri": "https://app.example.test/callback",
        **changes,
    }


def refresh_form(**changes: str | None) -> dict[str, str | None]:
    return {"grant_type": "refresh_token", "refresh_token": "unknown", **changes}


@pytest.mark.parametrize(
    ("form", "akoya", "oauth"),
    [
        (code_form(grant_type=None), "invalid_grant", "invalid_request"),
        (code_form(grant_type="password"), "invalid_grant", "unsupported_grant_type"),
        (code_form(grant_type="client_credentials"), "invalid_grant", "unsupported_grant_type"),
        (code_form(), "invalid_request", "invalid_grant"),
        (code_form(code=None), "invalid_request", "invalid_request"),
        (code_form(redirect_uri=None), "invalid_request", "invalid_request"),
        (refresh_form(), "invalid_request", "invalid_grant"),
        (refresh_form(refresh_token=None), "invalid_request", "invalid_request"),
    ],
    ids=str,
)
def test_each_profile_hears_its_own_error_code(
    app: RecipientApp, standard: RecipientApp, form: dict[str, str | None], akoya: str, oauth: str
) -> None:
    for asking, error in ((app, akoya), (standard, oauth)):
        answer = asking.post("/token", form)
        assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_code_with_another_redirect_uri_or_verifier_is_an_invalid_grant(
    standard: RecipientApp, consumer: Consumer
) -> None:
    for changes in (
        {"redirect_uri": "https://app.example.test/other", "code_verifier": VERIFIER},
        {"code_verifier": VERIFIER[:-1] + "x"},
        {},
    ):
        code = standard.code(consumer, "mikomo_5", **PKCE)
        answer = standard.exchange(code, **changes)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_used_code_is_an_invalid_grant(standard: RecipientApp, consumer: Consumer) -> None:
    code = standard.code(consumer, "mikomo_5", **PKCE)
    assert standard.exchange(code, code_verifier=VERIFIER).status_code == 200

    answer = standard.exchange(code, code_verifier=VERIFIER)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_the_refresh_token_of_another_app_is_an_invalid_grant(
    standard: RecipientApp, app: RecipientApp
) -> None:
    answer = standard.refresh(app.mint()["refresh_token"])

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_who_is_not_known_hears_the_same_whatever_profile_it_claims(
    app: RecipientApp, standard: RecipientApp
) -> None:
    for path, form in (("/token", refresh_form()), ("/revoke", {"token": "t"})):
        answers = [
            each.post(path, {**form, "client_secret": "wrong", **changes}, "body")
            for each in (app, standard)
            for changes in ({}, {"client_id": "nobody"})
        ]
        assert len({(each.status_code, each.content) for each in answers}) == 1
        assert answers[0].status_code == 401


def test_standard_apps_may_leave_the_hint_of_a_revocation_out(standard: RecipientApp) -> None:
    assert standard.post("/revoke", {"token": "unknown"}).status_code == 200
    assert standard.post("/revoke", {"token": "unknown"}, "basic").status_code == 200


def test_wrong_basic_credentials_at_revocation_are_an_invalid_client(app: RecipientApp) -> None:
    answer = app.post("/revoke", {"token": "t", "client_secret": "wrong"}, "basic")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
