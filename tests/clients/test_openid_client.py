"""An app built on openid-client for JavaScript links, reads, refreshes and revokes.

The library is certified for OpenID Connect and FAPI 2.0 and checks all that the standards let a
client check: issuer, state, nonce, signature, at_hash, the `iss` of the answer.
"""

import json
import subprocess
from typing import Any

import pytest

from tests.support.app import RecipientApp
from tests.support.clients import KeyedApp
from tests.support.consumer import Consumer
from tests.support.network import HTTPS_CALLBACK, RunningNetwork
from tests.support.node import CLIENT, NODE
from tests.support.oauth_app import register

pytestmark = pytest.mark.skipif(NODE is None, reason="neither Node nor the library is installed")

PATIENCE_S = 60


class Program:
    """The running app; it is told and tells in lines of JSON."""

    def __init__(self) -> None:
        assert NODE is not None
        self._process = subprocess.Popen(
            [NODE, "link.mjs"],
            cwd=CLIENT,
            env={},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def tell(self, line: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(line)}\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self._process.communicate(timeout=PATIENCE_S)[1]
        told: dict[str, Any] = json.loads(line)
        return told

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=PATIENCE_S)


def link(network: RunningNetwork, consumer: Consumer, **app: Any) -> dict[str, Any]:
    """What the app gets to know in a whole life of a link."""
    program = Program()
    try:
        program.tell({"issuer": network.issuer, "redirectUri": HTTPS_CALLBACK, **app})
        page = consumer.consent(program.hear()["location"], "mikomo_7")
        program.tell(consumer.approve(page))
        return program.hear()
    finally:
        program.stop()


def check(told: dict[str, Any]) -> None:
    assert told["userinfo"]["sub"] == told["subject"] == told["refreshedSubject"]
    assert told["userinfo"]["email"].count("@") == 1
    assert told["rotated"] is True
    assert told["product"]["accounts"]
    assert (told["active"], told["activeAfterRevocation"]) == (True, False)


@pytest.mark.parametrize("method", ["ClientSecretBasic", "ClientSecretPost"])
def test_a_javascript_app_of_the_classic_profile_lives_by_discovery_alone(
    network: RunningNetwork, app: RecipientApp, consumer: Consumer, method: str
) -> None:
    secret = {"id": app.credentials.client_id, "secret": app.credentials.client_secret}

    check(link(network, consumer, **secret, method=method, bearer="id_token"))


def test_a_javascript_app_of_the_profile_oauth_lives_by_the_metadata_of_rfc_8414(
    network: RunningNetwork, consumer: Consumer
) -> None:
    app = register(network, "JavaScript Budget").credentials

    check(
        link(
            network,
            consumer,
            id=app.client_id,
            secret=app.client_secret,
            method="ClientSecretBasic",
            bearer="access_token",
            discovery="oauth2",
        )
    )


@pytest.mark.parametrize("push", [False, True], ids=["in the browser", "pushed"])
def test_a_javascript_app_with_a_key_of_its_own_needs_no_secret(
    network: RunningNetwork, consumer: Consumer, push: bool
) -> None:
    app = KeyedApp.registered(network)
    jwk = app.key.as_dict(private=True)

    check(link(network, consumer, id=app.id, jwk=jwk, push=push, bearer="access_token"))
