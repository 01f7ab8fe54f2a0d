"""The id_token: its claims, its proof from the published keys, and forged ones."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from easement.oauth.id_token import at_hash
from tests.support.app import RecipientApp, Tokens
from tests.support.bank import Bank
from tests.support.consumer import Consumer
from tests.support.forgery import forged_tokens, unproven
from tests.support.network import Calendar, RunningNetwork

FORGED = {"code": 602, "message": "Customer not authorized"}


def discovery(network: RunningNetwork) -> dict[str, Any]:
    answer = requests.get(f"{network.url}/.well-known/openid-configuration", timeout=30)
    document: dict[str, Any] = answer.json()
    return document


def keys(network: RunningNetwork) -> KeySet:
    return KeySet.import_key_set(requests.get(discovery(network)["jwks_uri"], timeout=30).json())


def claims(network: RunningNetwork, tokens: Tokens) -> dict[str, Any]:
    """The claims, proven by the published keys."""
    return dict(jwt.decode(tokens["id_token"], keys(network), algorithms=["RS256"]).claims)


def test_claims_are_the_documented_ones(app: RecipientApp, consumer: Consumer) -> None:
    began = int(time.time())
    tokens = app.link(consumer, "mikomo_7", scope="openid offline_access profile")

    found = claims(app.network, tokens)

    ids = [each["accountId"] for each in accounts(app, tokens)]
    assert set(found) == {
        *("iss", "sub", "aud", "exp", "iat", "auth_time", "at_hash", "jti", "sid", "grant_id"),
        *("connectorId", "recipientId", "name", "products", "accounts"),
    }
    assert found["iss"] == app.network.issuer
    assert found["aud"] == [app.credentials.client_id]
    assert found["exp"] - found["iat"] == 86_400
    assert began - 1 <= found["auth_time"] <= found["iat"] <= time.time() + 1
    assert found["at_hash"] == at_hash(tokens["access_token"])
    assert found["grant_id"] == tokens["grant_id"]
    assert found["connectorId"] == "mikomo"
    assert found["recipientId"] == "sandbox"
    assert found["name"] == "mikomo_7"
    assert found["accounts"] == sorted(ids)
    assert {"account_info", "balances", "investments", "transactions"} <= set(found["products"])
    header = unproven(tokens["id_token"], 0)
    assert header["alg"] == "RS256"
    assert header["kid"] in {key.kid for key in keys(app.network).keys}


def accounts(app: RecipientApp, tokens: Tokens) -> list[dict[str, Any]]:
    answer = app.get("accounts-info", tokens["id_token"]).json()
    return [fields for entry in answer["accounts"] for fields in entry.values()]


def test_email_comes_with_its_scope_only(app: RecipientApp) -> None:
    with_email = claims(app.network, app.mint("mikomo_7", scope="openid email"))
    without = claims(app.network, app.mint("mikomo_7", scope="openid profile"))

    assert with_email["email"].count("@") == 1
    assert with_email["email_verified"] is True
    assert "email" not in without


def test_nonce_comes_back_once_and_not_after_a_refresh(
    app: RecipientApp, consumer: Consumer
) -> None:
    tokens = app.link(consumer, "mikomo_5", nonce="a nonce é+%")
    assert claims(app.network, tokens)["nonce"] == "a nonce é+%"

    renewed = app.refresh(tokens["refresh_token"]).json()

    assert "nonce" not in claims(app.network, renewed)


def test_subject_is_stable_over_links_and_refreshes_and_differs_by_person_and_company(
    app: RecipientApp, other_app: RecipientApp
) -> None:
    network = app.network
    first, again = app.mint("mikomo_5"), app.mint("mikomo_5")
    renewed = app.refresh(first["refresh_token"]).json()

    subject = claims(network, first)["sub"]
    assert claims(network, again)["sub"] == subject
    assert claims(network, renewed)["sub"] == subject
    assert claims(network, app.mint("mikomo_6"))["sub"] != subject
    assert claims(network, other_app.mint("mikomo_5"))["sub"] != subject
    assert "mikomo" not in subject


def test_refreshed_id_token_keeps_session_and_sign_in_time_but_has_its_own_id(
    app: RecipientApp,
) -> None:
    first = app.mint("mikomo_5")
    renewed = app.refresh(first["refresh_token"]).json()
    before, after = claims(app.network, first), claims(app.network, renewed)

    assert before["sid"] == after["sid"]
    assert before["auth_time"] == after["auth_time"]
    assert before["jti"] != after["jti"]


def test_discovery_is_true(app: RecipientApp) -> None:
    network = app.network
    document = discovery(network)

    assert document["issuer"] == network.issuer
    assert document["id_token_signing_alg_values_supported"][0] == "RS256"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True
    other = f"{network.url}/.well-known/oauth-authorization-server"
    assert requests.get(other, timeout=30).json() == document
    same_keys = requests.get(f"{network.url}/keys", timeout=30).json()
    assert same_keys == requests.get(document["jwks_uri"], timeout=30).json()
    assert all(set(key) <= {"kty", "n", "e", "kid", "alg", "use"} for key in same_keys["keys"])
    assert requests.get(document["authorization_endpoint"], timeout=30).status_code == 403
    for name in ("token_endpoint", "revocation_endpoint"):
        assert requests.post(document[name], data={}, timeout=30).status_code in {400, 401}
    assert requests.get(document["userinfo_endpoint"], timeout=30).status_code == 401


def userinfo(network: RunningNetwork, token: str, method: str = "GET") -> requests.Response:
    headers = {"authorization": f"Bearer {token}"}
    return requests.request(method, f"{network.url}/userinfo", headers=headers, timeout=30)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_access_token_opens_userinfo(app: RecipientApp, method: str) -> None:
    tokens = app.mint("mikomo_7", scope="openid profile email")
    proven = claims(app.network, tokens)

    answer = userinfo(app.network, tokens["access_token"], method)

    assert answer.status_code == 200
    assert answer.json() == {
        name: proven[name] for name in ("sub", "name", "email", "email_verified")
    }
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("token", ["", "wrong", "é".encode().decode("latin-1")])
def test_userinfo_refuses_other_tokens(app: RecipientApp, token: str) -> None:
    answer = userinfo(app.network, token)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_id_token_does_not_open_userinfo_nor_the_access_token_data(app: RecipientApp) -> None:
    tokens = app.mint("mikomo_5")

    assert userinfo(app.network, tokens["id_token"]).status_code == 401
    assert app.get("balances", tokens["access_token"]).status_code == 401


def test_access_token_ends_after_a_day(app: RecipientApp, calendar: Calendar) -> None:
    tokens = app.mint("mikomo_5")
    calendar.pass_time(hours=24)

    assert userinfo(app.network, tokens["access_token"]).status_code == 401


def test_id_token_works_for_a_day_and_not_longer(app: RecipientApp, calendar: Calendar) -> None:
    tokens = app.mint("mikomo_5")
    calendar.pass_time(hours=23, minutes=59)
    assert app.get("balances", tokens["id_token"]).status_code == 200
    calendar.pass_time(minutes=1)

    answer = app.get("balances", tokens["id_token"])

    assert (answer.status_code, answer.json()) == (401, FORGED)


def test_forged_tokens_are_refused_like_unknown_ones(app: RecipientApp) -> None:
    genuine = app.mint("mikomo_5")["id_token"]
    assert app.get("balances", genuine).status_code == 200

    public = keys(app.network).keys[0]
    assert isinstance(public, RSAKey)

    for name, forged in forged_tokens(genuine, public).items():
        answer = app.get("balances", forged)
        assert (answer.status_code, answer.json()) == (401, FORGED), name


def test_token_of_another_network_is_refused(
    app: RecipientApp, new_network: Callable[..., RunningNetwork], bank: Bank
) -> None:
    elsewhere = new_network(bank)
    foreign = RecipientApp(elsewhere, elsewhere.secrets.sandbox).mint("mikomo_5")["id_token"]

    answer = app.get("balances", foreign)

    assert (answer.status_code, answer.json()) == (401, FORGED)
