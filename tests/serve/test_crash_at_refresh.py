"""The network is killed when it has claimed a refresh token and the app has read no answer."""

import signal
import socket
from typing import Any
from urllib.parse import urlencode

import requests

from tests.support.command import Served, easement
from tests.support.databases import rows
from tests.support.process import LOOPBACK, eventually

CLAIMED = "SELECT hash FROM refresh_tokens WHERE claimed_at IS NOT NULL"
REFUSED = "Refresh token is invalid or has already been claimed by another client."


def form(served: Served, refresh_token: str) -> dict[str, str]:
    client_id, client_secret = served.credentials
    return {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": client_id,
        "client_secret": client_secret,
    }


def refresh(served: Served, refresh_token: str) -> requests.Response:
    return requests.post(f"{served.url}/token", data=form(served, refresh_token), timeout=30)


def mint(served: Served) -> dict[str, Any]:
    answer = requests.post(
        f"{served.url}/sandbox/v1/tokens",
        data={"user": "mikomo_5"},
        auth=served.credentials,
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def refresh_and_die(served: Served, refresh_token: str) -> None:
    """Ask, do not read; kill the network once the claim is durable; start it again."""
    body = urlencode(form(served, refresh_token))
    head = (
        f"POST /token HTTP/1.1\r\nHost: {LOOPBACK}:{served.port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    database = f"sqlite:///{served.data_dir / 'easement.db'}"
    with socket.create_connection((LOOPBACK, served.port)) as connection:
        connection.sendall(f"{head}{body}".encode())
        eventually("the claim", lambda: rows(database, CLAIMED))
        served.stop(signal.SIGKILL)
    served.start()


def test_app_of_the_profile_oauth_asks_again_and_goes_on(served: Served) -> None:
    served.start()
    changed = easement(
        *("apps", "--data-dir", str(served.data_dir)),
        *("update", served.credentials[0], "--profile", "oauth"),
    )
    assert changed.returncode == 0, changed.stderr
    eventually("the network to follow", lambda: mint(served)["expires_in"] == 899)
    tokens = mint(served)

    refresh_and_die(served, tokens["refresh_token"])

    answer = refresh(served, tokens["refresh_token"])
    assert answer.status_code == 200, answer.text
    again = answer.json()
    assert served.balances(again["id_token"]) == 200
    assert refresh(served, again["refresh_token"]).status_code == 200


def test_classic_app_has_lost_its_refresh_token_and_keeps_its_id_token(served: Served) -> None:
    """As documented: a used refresh token is refused, whoever lost the answer."""
    served.start()
    tokens = mint(served)

    refresh_and_die(served, tokens["refresh_token"])

    answer = refresh(served, tokens["refresh_token"])
    assert (answer.status_code, answer.json()["error_description"]) == (400, REFUSED)
    assert served.balances(tokens["id_token"]) == 200
