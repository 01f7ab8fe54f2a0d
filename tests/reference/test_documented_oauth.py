"""Refusals that many endpoints of the authorization server share are given where they are told.

What is wrong with a request in particular is looked at in the tests of the flows.
"""

from typing import Any

import pytest
import requests

from easement.authserver.attempts import Attempts
from easement.consent.service import Consents
from easement.identity.credentials import ServiceCredentials
from easement.platform.db import UnavailableError
from easement.platform.throttle import TooManyAttemptsError
from easement.recipients.service import Recipients
from easement.tokens.service import Tokens
from tests.support.network import RunningNetwork
from tests.support.openapi import Operation, operations, own_document

DOCUMENT = own_document()
SHARED = {400, 401, 413, 414, 429, 503}
SERVER = [
    each
    for each in operations(DOCUMENT)
    if each.body["tags"] == ["Authorization"] or each.path.endswith("/tokens")
]
TOLD = [
    pytest.param(operation, int(status), id=f"{operation.name} {status}")
    for operation in SERVER
    for status in operation.answers
    if int(status) in SHARED
]
TOO_LONG = "x" * 70_000
CLIENT = ("sandbox-app", "sandbox-app-secret")


@pytest.fixture
def overrun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody has tried too often."""

    def refuses(*_: object) -> Any:
        raise TooManyAttemptsError(3)

    async def refuses_later(*_: object) -> Any:
        raise TooManyAttemptsError(3)

    monkeypatch.setattr(Attempts, "of_client", refuses)
    monkeypatch.setattr(Attempts, "authorization", refuses_later)


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is out of reach."""

    async def fails(*_: object, **__: object) -> Any:
        raise UnavailableError

    for service, method in (
        (Recipients, "current"),
        (Recipients, "authenticate"),
        (ServiceCredentials, "authenticate"),
        (Tokens, "grant_of_access_token"),
        (Consents, "current"),
    ):
        monkeypatch.setattr(service, method, fails)


@pytest.mark.parametrize(("operation", "status"), TOLD)
def test_documented_refusal_is_given(
    request: pytest.FixtureRequest,
    sandbox_network: RunningNetwork,
    operation: Operation,
    status: int,
) -> None:
    if status in {429, 503}:
        request.getfixturevalue({429: "overrun", 503: "out"}[status])

    answer = send(sandbox_network, operation, status)

    assert answer.status_code == status, answer.text[:300]
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in operation.answers[str(status)]["content"]
    assert status != 429 or answer.headers["retry-after"] == "3"


def send(network: RunningNetwork, operation: Operation, status: int) -> requests.Response:
    """The request that is wrong in the way of the status."""
    url = network.url + operation.path.format(provider_id="mikomo")
    bearer = {"authorization": "Bearer nobodys"}
    get: dict[int, dict[str, Any]] = {
        400: {"params": "x=%ff", "headers": bearer},
        401: {"headers": bearer},
        414: {"params": {"state": TOO_LONG[:20_000]}},
        429: {},
        503: {"headers": bearer, "params": {"client_id": CLIENT[0]}},
    }
    post: dict[int, dict[str, Any]] = {
        400: {"data": "x=1", "headers": {"content-type": "text/plain", **bearer}},
        401: {"data": {"token": "1", "grant_type": "x"}, "headers": bearer},
        413: {"data": {"x": TOO_LONG}},
        429: {"data": {"token": "1"}, "auth": CLIENT},
        503: {"data": {"token": "1"}, "auth": CLIENT},
    }
    how = (get if operation.method == "get" else post)[status]
    if operation.path == "/userinfo":
        # RFC 6750 2: one way to present the token in a request.
        twice = {"data": {"access_token": "2"}} if status == 400 else how
        how = {**twice, "headers": bearer, "auth": None}
    return requests.request(operation.method, url, timeout=60, allow_redirects=False, **how)


def test_who_has_no_session_is_signed_out_already(sandbox_network: RunningNetwork) -> None:
    url = f"{sandbox_network.url}/logout"
    for answer in (
        requests.get(url, timeout=60),
        requests.post(url, data={"csrf": "1"}, timeout=60),
    ):
        assert answer.status_code == 200
        assert "You are signed out" in answer.text


def test_tokens_are_minted_for_nobody_elsewhere(sandbox_network: RunningNetwork) -> None:
    answer = requests.post(
        f"{sandbox_network.url}/sandbox/v1/tokens",
        data={"user": "mikomo_9"},
        headers={
            "authorization": f"Bearer {sandbox_network.secrets.control_token}",
            "host": "evil.example.test",
        },
        timeout=60,
    )
    assert answer.status_code == 403
    assert answer.json()["error"] == "invalid_client"
