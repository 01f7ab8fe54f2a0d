"""Requests at the edge of HTTP and of the flow, each with its clear answer."""

import re
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.consumer import Consumer
from tests.support.network import RunningNetwork

ROOT = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}")


@pytest.mark.parametrize("path", ["/token", "/revoke", "/token/revoke", "/sandbox/v1/tokens"])
@pytest.mark.parametrize(
    "value", ["Basic \u00e9", "Basic !!!", "Basic Og==", "Basic", "Basic  ", "\u00e9"]
)
def test_credentials_that_cannot_be_read_are_refused(
    network: RunningNetwork, path: str, value: str
) -> None:
    answer = requests.post(
        f"{network.url}{path}",
        data={"token": "t", "token_type_hint": "refresh_token"},
        headers={"authorization": value.encode("latin-1")},
        timeout=30,
    )
    assert answer.status_code == 401
    assert answer.json()["error"] in {"invalid_client", "unauthorized_client"}


def test_head_walks_through_nobodys_sign_in(app: RecipientApp, consumer: Consumer) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_1")
    for url in (app.auth_url(), f"{app.network.url}/callback/mikomo?code=x&state=y", page.url):
        answer = requests.head(app.network.reach(url), allow_redirects=False, timeout=30)
        assert answer.status_code == 405
    assert consumer.approve(page)


def test_account_selection_before_the_sign_in_says_what_is_missing(
    app: RecipientApp, consumer: Consumer
) -> None:
    bank_url = consumer.get(app.auth_url()).onward
    assert bank_url is not None
    state = re.search(r"state=(auth_[0-9a-f]+)", bank_url)
    assert state is not None
    page = consumer.get(f"{app.network.issuer}/consent/{state[1]}")
    assert page.response.status_code == 409
    assert "not signed in" in page.response.text
    assert "refresh" not in page.response.headers


def test_answer_without_its_issuer_is_not_the_banks(app: RecipientApp, consumer: Consumer) -> None:
    bank_url = consumer.get(app.auth_url()).onward
    assert bank_url is not None
    state = re.search(r"state=([^&]+)", bank_url)
    assert state is not None
    page = consumer.get(f"{app.network.issuer}/callback/mikomo?code=x&state={state[1]}")
    assert "error=server_error" in page.response.headers["refresh"]


@pytest.mark.parametrize("accounts", [",", "nobody's", "nobody's,839502593"])
def test_sandbox_token_for_accounts_the_user_does_not_have_is_refused(
    app: RecipientApp, accounts: str
) -> None:
    answer = requests.post(
        f"{app.network.url}/sandbox/v1/tokens",
        data={"user": "mikomo_10", "accounts": accounts},
        auth=(app.credentials.client_id, app.credentials.client_secret),
        timeout=30,
    )
    assert answer.status_code == 400
    assert "Expected accounts of this user" in answer.json()["error_description"]


def test_sandbox_token_without_a_bank_says_so(
    own_bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    own_bank.stop()
    answer = requests.post(
        f"{network.url}/sandbox/v1/tokens",
        data={"user": "mikomo_10"},
        auth=(app.credentials.client_id, app.credentials.client_secret),
        timeout=30,
    )
    assert answer.json()["error"] == "temporarily_unavailable"


@pytest.mark.parametrize(
    "raw", [b"\x16\x03\x01 not HTTP\r\n\r\n", b"GET / HTTP/1.1\r\nbad header\r\n\r\n"]
)
def test_bytes_that_are_not_http_get_an_interaction_id_too(
    network: RunningNetwork, raw: bytes
) -> None:
    parts = urlsplit(network.url)
    assert parts.hostname is not None
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=30) as connection:
        connection.sendall(raw)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert ROOT.search(answer.decode())


def test_options_star_is_answered(network: RunningNetwork) -> None:
    parts = urlsplit(network.url)
    assert parts.hostname is not None
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=30) as connection:
        connection.sendall(b"OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert answer.split(b" ", 2)[1] in {b"404", b"405"}
    assert ROOT.search(answer.decode())


def test_empty_token_request_of_a_known_app_lacks_its_grant_type(app: RecipientApp) -> None:
    answer = requests.post(
        f"{app.network.url}/token",
        auth=(app.credentials.client_id, app.credentials.client_secret),
        timeout=30,
    )
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_form_without_its_content_type_is_refused(app: RecipientApp) -> None:
    answer = requests.post(
        f"{app.network.url}/token",
        data=b"grant_type=refresh_token",
        auth=(app.credentials.client_id, app.credentials.client_secret),
        timeout=30,
    )
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()["error_description"]
