"""An app built on Authlib for Python links, reads, refreshes and revokes.

Everything it knows of the network it reads from discovery. It sends the bearer of product calls by
hand where that is the id_token, which no OAuth library expects.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.support.app import RecipientApp
from tests.support.clients import KeyedApp
from tests.support.consumer import Consumer
from tests.support.network import HTTPS_CALLBACK, RunningNetwork
from tests.support.oauth_app import register

SCOPE = "openid offline_access profile email"
ASSERTION_LIVES_S = 60


class ShortLivedAssertion(PrivateKeyJWT):
    """The library's assertions live an hour, for longer than the network takes them."""

    def sign(self, auth: Any, token_endpoint: str) -> str:
        return str(
            private_key_jwt_sign(
                auth.client_secret,
                auth.client_id,
                token_endpoint,
                self.alg,
                expires_in=ASSERTION_LIVES_S,
            )
        )


class App:
    """A session of the library with what discovery told it."""

    def __init__(self, network: RunningNetwork, *credentials: Any, method: str) -> None:
        url = get_well_known_url(network.issuer, external=True)
        self.known = requests.get(url, timeout=30).json()
        self.session = OAuth2Session(
            *credentials,
            token_endpoint_auth_method=method,
            revocation_endpoint_auth_method=method,
            redirect_uri=HTTPS_CALLBACK,
            scope=SCOPE,
            code_challenge_method="S256",
        )
        self.session.trust_env = False
        self.verifier, self.nonce = generate_token(48), generate_token()

    def location(self) -> str:
        """Where the consumer has to go."""
        url, self.session.state = self.session.create_authorization_url(
            self.known["authorization_endpoint"],
            code_verifier=self.verifier,
            nonce=self.nonce,
            connector="mikomo",
        )
        return str(url)

    def pushed_location(self) -> str:
        """The same for a pushed request, for which the library has no call of its own."""
        self.session.state = generate_token()
        answer = self.session.post(
            self.known["pushed_authorization_request_endpoint"],
            data={
                "client_id": self.session.client_id,
                "connector": "mikomo",
                "response_type": "code",
                "redirect_uri": HTTPS_CALLBACK,
                "scope": SCOPE,
                "state": self.session.state,
                "nonce": self.nonce,
                "code_challenge": create_s256_code_challenge(self.verifier),
                "code_challenge_method": "S256",
            },
            auth=self.session.client_auth(self.session.token_endpoint_auth_method),
            withhold_token=True,
        )
        assert answer.status_code == 201, answer.text
        query = {
            "client_id": self.session.client_id,
            "request_uri": answer.json()["request_uri"],
        }
        return f"{self.known['authorization_endpoint']}?{urlencode(query)}"

    def exchange(self, callback: str) -> dict[str, Any]:
        """The tokens for a callback; the library compares the state."""
        tokens: dict[str, Any] = self.session.fetch_token(
            self.known["token_endpoint"],
            authorization_response=callback,
            code_verifier=self.verifier,
        )
        return tokens

    def claims(self, tokens: dict[str, Any], nonce: str | None) -> dict[str, Any]:
        """The claims of an id_token that the library finds good."""
        keys = KeySet.import_key_set(requests.get(self.known["jwks_uri"], timeout=30).json())
        token = jwt.decode(tokens["id_token"], keys)
        params = {"client_id": self.session.client_id, "access_token": tokens["access_token"]}
        options = {
            "iss": {"value": self.known["issuer"]},
            "aud": {"value": self.session.client_id},
        }
        if nonce is not None:
            params["nonce"] = nonce
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(leeway=30)
        return dict(claims)

    def active(self, token: str) -> bool:
        """What introspection says."""
        answer = self.session.introspect_token(self.known["introspection_endpoint"], token)
        return bool(answer.json()["active"])


def live(app: App, consumer: Consumer, location: str, bearer: str) -> None:
    """A whole life of a link."""
    tokens = app.exchange(consumer.approve(consumer.consent(location, "mikomo_7")))
    subject = app.claims(tokens, app.nonce)["sub"]

    userinfo = app.session.get(app.known["userinfo_endpoint"]).json()
    assert userinfo["sub"] == subject
    assert userinfo["email"].count("@") == 1

    refreshed = app.session.refresh_token(app.known["token_endpoint"])
    assert refreshed["refresh_token"] != tokens["refresh_token"]
    assert app.claims(refreshed, None)["sub"] == subject

    product = requests.get(
        f"{app.known['issuer']}/balances/v2/mikomo",
        headers={"authorization": f"Bearer {refreshed[bearer]}"},
        timeout=30,
    )
    assert product.json()["accounts"]

    assert app.active(refreshed["access_token"])
    revoked = app.session.revoke_token(
        app.known["revocation_endpoint"], refreshed["refresh_token"], "refresh_token"
    )
    assert revoked.status_code == 200
    assert not app.active(refreshed["access_token"])


def test_discovery_has_no_fault_that_the_library_would_find(network: RunningNetwork) -> None:
    document = requests.get(f"{network.url}/.well-known/openid-configuration", timeout=30).text

    # The library knows of no loopback.
    OpenIDProviderMetadata(json.loads(document.replace("http://", "https://"))).validate()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_python_app_of_the_classic_profile_lives_by_discovery_alone(
    network: RunningNetwork, app: RecipientApp, consumer: Consumer, method: str
) -> None:
    own = app.credentials
    session = App(network, own.client_id, own.client_secret, method=method)

    live(session, consumer, session.location(), "id_token")


@pytest.mark.parametrize("way", [App.location, App.pushed_location])
def test_a_python_app_of_the_profile_oauth_lives_by_discovery_alone(
    network: RunningNetwork, consumer: Consumer, way: Callable[[App], str]
) -> None:
    own = register(network, f"Python Budget {generate_token()}").credentials
    session = App(network, own.client_id, own.client_secret, method="client_secret_basic")

    live(session, consumer, way(session), "access_token")


@pytest.mark.parametrize("way", [App.location, App.pushed_location])
@pytest.mark.parametrize("algorithm", ["PS256", "ES256"])
def test_a_python_app_with_a_key_of_its_own_needs_no_secret(
    network: RunningNetwork, consumer: Consumer, algorithm: str, way: Callable[[App], str]
) -> None:
    keyed = KeyedApp.registered(network, algorithm)
    session = App(network, keyed.id, keyed.key, method="private_key_jwt")
    proof = ShortLivedAssertion(token_endpoint=network.issuer, alg=algorithm)
    session.session.register_client_auth_method(proof)

    live(session, consumer, way(session), "access_token")
