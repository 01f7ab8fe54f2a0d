"""Networks that are registered otherwise than by a secret in the Basic header."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.mikomo.conftest import Program, TimedBank, free_port, start_program
from tests.mikomo.network import CLIENTS, REDIRECT_URI, Browser, Network

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.generate_key("P-256", {"kid": "k1"})
STRANGER = ECKey.generate_key("P-256", {"kid": "k1"})


def client(client_id: str, **registered: Any) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "name": client_id,
        "redirect_uris": [REDIRECT_URI],
        **registered,
    }


REGISTERED = [
    client("post", client_secret="s", token_endpoint_auth_method="client_secret_post"),
    client(
        "key",
        token_endpoint_auth_method="private_key_jwt",
        jwks={"keys": [KEY.as_dict(private=False)]},
        require_pushed_authorization_requests=True,
    ),
    client("nothing"),
]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    data_dir: Path = tmp_path_factory.mktemp("mikomo") / "data"
    data_dir.mkdir()
    (data_dir / "clients.json").write_text(json.dumps(REGISTERED))
    running = start_program(data_dir, free_port())
    yield running
    running.stop()


def assertion(bank: Program, key: ECKey = KEY, **changes: Any) -> dict[str, str]:
    now = int(time.time())
    claims = {
        "iss": "key",
        "sub": "key",
        "aud": bank.url,
        "jti": str(time.perf_counter_ns()),
        "iat": now,
        "exp": now + 60,
        **changes,
    }
    made = jwt.encode({"alg": "ES256", "kid": "k1"}, claims, key)
    return {"client_id": "key", "client_assertion_type": JWT_BEARER, "client_assertion": made}


def ask(bank: Program, form: dict[str, str], **options: Any) -> tuple[int, str]:
    """Refresh with an unknown token: invalid_grant comes after the check of the client only."""
    data = {"grant_type": "refresh_token", "refresh_token": "unknown", **form}
    answer = requests.post(f"{bank.url}/oauth/token", data=data, timeout=10, **options)
    return answer.status_code, answer.json()["error"]


def test_a_secret_in_the_body_is_for_those_who_are_registered_so(bank: Program) -> None:
    secret = {"client_id": "post", "client_secret": "s"}
    assert ask(bank, secret) == (400, "invalid_grant")
    assert ask(bank, {**secret, "client_secret": "t"}) == (401, "invalid_client")
    assert ask(bank, {}, auth=("post", "s")) == (401, "invalid_client")
    assert ask(bank, secret, auth=("post", "s")) == (401, "invalid_client")


def test_who_has_no_secret_cannot_show_it(bank: Program) -> None:
    assert ask(bank, {}, auth=("nothing", "")) == (401, "invalid_client")
    assert ask(bank, {"client_id": "nothing", "client_secret": ""}) == (401, "invalid_client")


def test_an_assertion_counts_once(bank: Program) -> None:
    form = assertion(bank)
    assert ask(bank, form) == (400, "invalid_grant")
    assert ask(bank, form) == (401, "invalid_client")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "post"},
        {"sub": "post"},
        {"aud": "https://other.example"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": 4_000_000_000},
        {"jti": None},
    ],
)
def test_an_assertion_with_a_wrong_claim_does_not_count(
    bank: Program, changes: dict[str, Any]
) -> None:
    assert ask(bank, assertion(bank, **changes)) == (401, "invalid_client")


def test_an_assertion_for_several_servers_or_by_another_key_does_not_count(bank: Program) -> None:
    assert ask(bank, assertion(bank, aud=[bank.url])) == (401, "invalid_client")
    assert ask(bank, assertion(bank, STRANGER)) == (401, "invalid_client")
    for broken in ("", "x", "a.b.c"):
        form = {**assertion(bank), "client_assertion": broken}
        assert ask(bank, form) == (401, "invalid_client")
    form = {**assertion(bank), "client_assertion_type": "another"}
    assert ask(bank, form) == (401, "invalid_client")


def push(bank: Program, **changes: str) -> requests.Response:
    request = Network(bank.url, "key").authorization()
    form = {**request, **assertion(bank), **changes}
    return requests.post(f"{bank.url}/oauth/par", data=form, timeout=10)


def test_a_pushed_request_shows_the_sign_in_page(bank: Program) -> None:
    pushed = push(bank)
    assert pushed.status_code == 201
    assert pushed.json()["expires_in"] == 60
    browser = Browser(bank.url)
    query = {"client_id": "key", "request_uri": pushed.json()["request_uri"]}
    for _ in range(2):  # a consumer may load the page again
        page = browser.get(f"{bank.url}/oauth/authorize", params=query)
        assert browser.form(page).fields


def test_a_pushed_request_is_its_clients_own(bank: Program) -> None:
    uri = push(bank).json()["request_uri"]
    for query in (
        {"client_id": "post", "request_uri": uri},
        {"client_id": "key", "request_uri": uri + "x"},
        {"client_id": "key", "request_uri": "https://evil.example/request"},
        Network(bank.url, "key").authorization(),
    ):
        page = requests.get(f"{bank.url}/oauth/authorize", params=query, timeout=10)
        assert page.status_code == 400


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"client_assertion": "x"}, 401), ({"request_uri": "urn:x"}, 400)],
)
def test_a_push_that_is_not_in_order_is_refused(
    bank: Program, changes: dict[str, str], status: int
) -> None:
    assert push(bank, **changes).status_code == status


@pytest.mark.parametrize(
    ("terms", "after_20_days", "after_40_days"),
    [
        ({}, True, True),
        ({"policy": "set", "lifetime_s": 30 * 86_400}, True, False),
        ({"policy": "rolling", "lifetime_s": 30 * 86_400}, True, True),
        ({"policy": "rolling", "lifetime_s": 10 * 86_400}, False, False),
        ({"policy": "set", "lifetime_s": 30 * 86_400, "rotates": False}, True, False),
        ({"rotates": False}, True, True),
    ],
)
def test_refresh_tokens_last_as_the_client_is_registered(
    timed_bank: TimedBank,
    tmp_path: Path,
    *,
    terms: dict[str, Any],
    after_20_days: bool,
    after_40_days: bool,
) -> None:
    (tmp_path / "clients.json").write_text(json.dumps([{**CLIENTS[0], "refresh_tokens": terms}]))
    network = Network(timed_bank.url)
    token = network.link("mikomo_1")["refresh_token"]
    for expected in (after_20_days, after_40_days):
        timed_bank.clock.seconds += 20 * 86_400
        answer = network.refresh(token)
        assert (answer.status_code == 200) is expected
        assert ("refresh_token" in answer.json()) is (expected and terms.get("rotates", True))
        token = answer.json().get("refresh_token", token)
