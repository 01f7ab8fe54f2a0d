"""Discovery says what is served, and nothing that is not."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.consumer import Consumer, query_of
from tests.support.forgery import unproven
from tests.support.network import RunningNetwork
from tests.support.oauth_app import OAuthApp

WELL_KNOWN = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]


def metadata(network: RunningNetwork, path: str = WELL_KNOWN[0]) -> dict[str, Any]:
    answer = requests.get(network.url + path, timeout=30)
    assert answer.status_code == 200
    document: dict[str, Any] = answer.json()
    return document


@pytest.fixture(scope="module")
def document(network: RunningNetwork) -> dict[str, Any]:
    return metadata(network)


def test_both_documents_are_one(network: RunningNetwork) -> None:
    assert metadata(network, WELL_KNOWN[0]) == metadata(network, WELL_KNOWN[1])


def test_issuer_is_the_one_in_tokens_and_answers(
    document: dict[str, Any], app: RecipientApp
) -> None:
    assert document["issuer"] == unproven(app.mint()["id_token"], 1)["iss"]
    url = app.network.reach(app.auth_url(prompt="none"))
    location = requests.get(url, allow_redirects=False, timeout=30).headers["location"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert query_of(location)["iss"] == document["issuer"]


ENDPOINTS = {
    "authorization_endpoint": {"GET": 403, "POST": 303},
    "pushed_authorization_request_endpoint": {"GET": 405, "POST": 401},
    "token_endpoint": {"GET": 405, "POST": 401},
    "revocation_endpoint": {"GET": 405, "POST": 400},
    "introspection_endpoint": {"GET": 405, "POST": 401},
    "userinfo_endpoint": {"GET": 401, "POST": 401},
    "end_session_endpoint": {"GET": 200, "POST": 303},
    "jwks_uri": {"GET": 200, "POST": 405},
}


def test_every_address_that_is_advertised_is_served(document: dict[str, Any]) -> None:
    advertised = {name for name, value in document.items() if "://" in str(value)}
    assert advertised == {*ENDPOINTS, "issuer"}
    for name, expected in ENDPOINTS.items():
        for method, status in expected.items():
            answer = requests.request(method, document[name], allow_redirects=False, timeout=30)
            assert answer.status_code == status, (name, method)


@pytest.mark.parametrize("endpoint", ["token", "revocation", "introspection"])
def test_every_way_to_prove_a_client_is_taken(
    document: dict[str, Any], app: RecipientApp, endpoint: str
) -> None:
    methods = document[f"{endpoint}_endpoint_auth_methods_supported"]
    assert methods == ["client_secret_basic", "client_secret_post", "private_key_jwt"]
    path = document[f"{endpoint}_endpoint"].removeprefix(document["issuer"])
    form = {"token": "x", "token_type_hint": "refresh_token", "grant_type": "refresh_token"}
    for credentials in ("basic", "body"):
        answer = app.post(path, form, credentials)
        assert answer.status_code in {200, 400}, credentials


def test_every_scope_that_is_advertised_is_granted(
    document: dict[str, Any], app: RecipientApp
) -> None:
    every = " ".join(document["scopes_supported"])

    assert set(app.mint(scope=every)["scope"].split()) == set(document["scopes_supported"])


def test_every_claim_of_an_id_token_is_advertised(
    document: dict[str, Any], app: RecipientApp, consumer: Consumer
) -> None:
    every = " ".join(document["scopes_supported"])
    tokens = app.link(consumer, "mikomo_7", scope=every, nonce="n")

    assert set(unproven(tokens["id_token"], 1)) == set(document["claims_supported"])


def test_every_prompt_that_is_advertised_is_understood(
    document: dict[str, Any], app: RecipientApp, consumer: Consumer
) -> None:
    assert set(document["prompt_values_supported"]) == {
        *("none", "login", "consent", "select_account"),
    }
    for prompt in document["prompt_values_supported"]:
        onward = consumer.get(app.auth_url(prompt=prompt)).onward or ""
        to_the_bank = onward.startswith(app.network.bank.url)
        assert to_the_bank == (prompt != "none")


def test_what_is_denied_is_refused(
    document: dict[str, Any], oauth_app: OAuthApp, consumer: Consumer
) -> None:
    for parameter in ("request", "request_uri"):
        assert document[f"{parameter}_parameter_supported"] is False
        onward = consumer.get(oauth_app.auth_url(**{parameter: "https://app.example/r"})).onward
        assert query_of(onward or "")["error"] == f"{parameter}_not_supported"
    assert document["require_pushed_authorization_requests"] is False
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["response_types_supported"] == ["code"]
    assert document["response_modes_supported"] == ["query"]


def test_grant_types_are_the_ones_that_are_known(
    document: dict[str, Any], oauth_app: OAuthApp
) -> None:
    for grant_type in ("authorization_code", "refresh_token", "password", "client_credentials"):
        answer = oauth_app.post("/token", {"grant_type": grant_type})
        unknown = answer.json()["error"] == "unsupported_grant_type"
        assert unknown == (grant_type not in document["grant_types_supported"])


def test_issuer_with_a_path_is_found_by_both_rules(
    bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(bank, "https://data.example.test/easement")

    for path in WELL_KNOWN:
        inserted = metadata(network, f"{path}/easement")
        assert inserted == metadata(network, path)
        assert inserted["issuer"] == "https://data.example.test/easement"
        assert inserted["token_endpoint"] == "https://data.example.test/easement/token"
