"""Who keeps failing to prove who they are has to wait, and nobody else does."""

from collections.abc import Callable, Mapping
from unittest.mock import patch

import pytest
import requests

from easement.authserver import attempts
from easement.platform.throttle import Limit
from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.network import RunningNetwork

# More than the limit of one client at one address, whichever minute of the window it is.
MANY = 250
PLACES = {
    "/token": {"grant_type": "refresh_token", "refresh_token": "r"},
    "/revoke": {"token": "r", "token_type_hint": "refresh_token"},
    "/introspect": {"token": "r"},
    "/par": {},
    "/oauth2/token": {"grant_type": "client_credentials", "scope": "app_management_v2"},
}


@pytest.fixture
def own_network(bank: Bank, new_network: Callable[..., RunningNetwork]) -> RunningNetwork:
    """One whose counts no other test shares."""
    return new_network(bank)


def attempt(
    network: RunningNetwork,
    client: tuple[str, str],
    path: str = "/token",
    headers: Mapping[str, str] | None = None,
) -> requests.Response:
    form = {"client_id": client[0], "client_secret": client[1], **PLACES[path]}
    return requests.post(f"{network.url}{path}", data=form, headers=headers, timeout=30)


def fail_until_told_to_wait(
    network: RunningNetwork, client_id: str, path: str = "/token"
) -> requests.Response:
    for number in range(MANY):
        answer = attempt(network, (client_id, f"guess-{number}"), path)
        if answer.status_code == 429:
            return answer
        assert answer.status_code == 401
    raise AssertionError("never told to wait")


@pytest.mark.parametrize("client_id", ["sandbox-app", "nobody"])
def test_a_client_that_keeps_failing_is_told_to_wait_known_or_not(
    own_network: RunningNetwork, client_id: str
) -> None:
    answer = fail_until_told_to_wait(own_network, client_id)

    assert answer.json()["error"] == "temporarily_unavailable"
    assert 0 < int(answer.headers["retry-after"]) <= 300
    assert answer.headers["cache-control"] == "no-store"


def test_while_it_waits_the_right_secret_is_refused_too_at_every_endpoint(
    own_network: RunningNetwork,
) -> None:
    secrets = own_network.secrets.sandbox
    fail_until_told_to_wait(own_network, secrets.client_id)

    for path in ("/token", "/revoke", "/introspect", "/par"):
        answer = attempt(own_network, (secrets.client_id, secrets.client_secret), path)
        assert answer.status_code == 429, path
        assert answer.json()["error"] == "temporarily_unavailable", path


def test_another_client_at_the_same_address_goes_on(own_network: RunningNetwork) -> None:
    fail_until_told_to_wait(own_network, own_network.secrets.sandbox.client_id)

    other = RecipientApp(own_network, own_network.secrets.demo)
    assert other.post("/introspect", {"token": "t"}).json() == {"active": False}


def test_service_credentials_are_guessed_no_further_either(own_network: RunningNetwork) -> None:
    service = own_network.secrets.service
    fail_until_told_to_wait(own_network, service.client_id, "/oauth2/token")

    answer = attempt(own_network, (service.client_id, service.client_secret), "/oauth2/token")
    assert answer.status_code == 429


def test_a_flood_at_one_trusted_address_does_not_lock_the_client_out_at_another(
    bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(bank, trusted_proxies=("127.0.0.1/32",))
    secrets = network.secrets.sandbox
    client = (secrets.client_id, secrets.client_secret)

    def at(address: str, secret: str) -> int:
        sent = {"x-forwarded-for": address}
        return attempt(network, (client[0], secret), "/introspect", sent).status_code

    statuses = {at("203.0.113.7", f"guess-{number}") for number in range(MANY)}

    assert statuses == {401, 429}
    assert at("203.0.113.7", client[1]) == 429
    assert at("198.51.100.1", client[1]) == 200


def test_nobody_gets_a_new_address_by_saying_so(own_network: RunningNetwork) -> None:
    secrets = own_network.secrets.sandbox
    fail_until_told_to_wait(own_network, secrets.client_id)

    headers = {"x-forwarded-for": "198.51.100.1", "forwarded": "for=198.51.100.1"}
    client = (secrets.client_id, secrets.client_secret)
    assert attempt(own_network, client, headers=headers).status_code == 429


def test_behind_a_proxy_that_is_not_trusted_nobody_waits_for_what_another_did(
    bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(bank, "https://data.example.test")
    secrets = network.secrets.sandbox
    for number in range(MANY):
        attempt(network, (secrets.client_id, f"guess-{number}"))

    answer = attempt(network, (secrets.client_id, secrets.client_secret), "/introspect")
    assert answer.status_code == 200


def test_who_is_refused_unseen_is_noted_once(own_network: RunningNetwork) -> None:
    fail_until_told_to_wait(own_network, "sandbox-app")
    for _ in range(20):
        attempt(own_network, ("sandbox-app", "guess"))
    own_network.stop()

    rows = own_network.rows("SELECT kind, reason, app_id FROM audit_events")
    throttled = [row for row in rows if row["kind"] == "throttled"]
    assert throttled == [
        {"kind": "throttled", "reason": "client_at_address", "app_id": "sandbox-app"}
    ]
    assert len([row for row in rows if row["kind"] == "client_refused"]) < MANY


def test_a_flood_of_sign_ins_from_one_address_ends_on_a_page_that_says_so(
    own_network: RunningNetwork,
) -> None:
    url = own_network.reach(RecipientApp(own_network, own_network.secrets.sandbox).auth_url())
    strict = Limit("authorizations", at_most=3)
    with patch.object(attempts, "AUTHORIZATIONS", strict):
        answers = [
            requests.get(url, headers={"accept": "text/html"}, allow_redirects=False, timeout=30)
            for _ in range(8)
        ]

    assert [answers[0].status_code, answers[-1].status_code] == [302, 429]
    assert "Too many tries" in answers[-1].text
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "location" not in answers[-1].headers
    assert "set-cookie" not in answers[-1].headers
