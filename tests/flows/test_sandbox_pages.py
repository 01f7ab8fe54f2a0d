"""The sandbox's pages: who may see them, and that their forms do what they say."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.network import RunningNetwork
from tests.support.sandbox import SandboxControl

PAGES = ["", "bank", "grants", "apps", "calls"]
FORMS = [
    "tokens",
    "clock",
    "faults",
    "faults/heal",
    "reset",
    "grants/revocation",
    "grants/accounts",
    "apps/rights",
    "calls/bodies",
]


class Developer:
    """A browser that may have opened the printed URL."""

    def __init__(self, network: RunningNetwork) -> None:
        self.home = f"{network.url}/sandbox/"
        self.token = network.secrets.control_token
        self.browser = requests.Session()

    def get(self, path: str = "", **query: str) -> requests.Response:
        return self.browser.get(self.home + path, params=query, allow_redirects=False, timeout=60)

    def post(self, path: str, **fields: Any) -> requests.Response:
        return self.browser.post(self.home + path, data=fields, allow_redirects=False, timeout=60)

    def send(self, path: str, **fields: Any) -> requests.Response:
        """Send a form as the pages do, and see where that leads."""
        answer = self.post(path, proof=self.proof, **fields)
        if answer.status_code == 303:
            answer = self.browser.get(answer.headers["location"], timeout=60)
        return answer

    @property
    def proof(self) -> str:
        found = re.search(r'name="proof" value="([^"]+)"', self.get("bank").text)
        assert found is not None
        return unescape(found[1])


@pytest.fixture
def stranger(network: RunningNetwork) -> Iterator[Developer]:
    """A browser that did not open the printed URL."""
    opened = Developer(network)
    yield opened
    opened.browser.close()


@pytest.fixture
def developer(stranger: Developer, network: RunningNetwork) -> Iterator[Developer]:
    """One that did; the sandbox is back at its seed afterwards."""
    stranger.get(token=stranger.token)
    yield stranger
    SandboxControl(network).ask("POST", "/reset")


def test_the_printed_url_signs_the_browser_in_and_leaves_no_token_behind(
    stranger: Developer,
) -> None:
    answer = stranger.get(token=stranger.token)

    assert (answer.status_code, answer.headers["location"]) == (303, stranger.home)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert stranger.token not in cookie
    page = stranger.get()
    assert page.status_code == 200
    assert stranger.token not in page.text


def test_behind_https_no_other_host_can_set_the_cookie(
    bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(bank, "https://data.example.test")
    answer = requests.get(
        f"{network.url}/sandbox/",
        params={"token": network.secrets.control_token},
        headers={"host": "data.example.test"},
        allow_redirects=False,
        timeout=30,
    )

    assert answer.headers["location"] == "https://data.example.test/sandbox/"
    assert answer.headers["set-cookie"].startswith("__Host-easement_sandbox=")
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_that_is_not_signed_in_sees_how_to_get_in(stranger: Developer, path: str) -> None:
    answer = stranger.get(path)

    assert answer.status_code == 401
    assert "easement serve" in answer.text
    assert "mikomo_10" not in answer.text


def test_a_wrong_token_opens_nothing(stranger: Developer) -> None:
    for answer in (stranger.get(token="wrong"), stranger.post("sign-in", token="wrong")):
        assert answer.status_code == 401
        assert "That is not the control token." in answer.text
        assert "set-cookie" not in answer.headers


def test_the_token_can_be_typed_in(stranger: Developer) -> None:
    assert stranger.post("sign-in", token=stranger.token).status_code == 303
    assert stranger.get().status_code == 200


def test_the_pages_cookie_does_not_open_the_api(
    network: RunningNetwork, developer: Developer
) -> None:
    assert developer.browser.get(f"{network.url}/sandbox/v1/users", timeout=30).status_code == 401


@pytest.mark.parametrize("path", ["", "bank", "sign-in"])
def test_pages_answer_to_no_strangers_name(developer: Developer, path: str) -> None:
    answer = developer.browser.request(
        "POST" if path == "sign-in" else "GET",
        developer.home + path,
        data={"token": developer.token},
        headers={"host": "evil.test"},
        timeout=30,
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_proof_or_cookie_does_nothing(
    network: RunningNetwork, developer: Developer, path: str
) -> None:
    proof = developer.proof
    forged = developer.post(path, user="mikomo_10", kind="reset", offset="P1D", proof="guess")
    signed_out = requests.post(developer.home + path, data={"proof": proof}, timeout=30)

    assert (forged.status_code, signed_out.status_code) == (403, 401)
    control = SandboxControl(network)
    assert control.ask("GET", "/faults") == {"faults": []}
    assert control.ask("GET", "/grants") == {"grants": []}
    assert control.ask("GET", "/clock")["offsetSeconds"] == 0


def test_pages_of_an_unused_sandbox_say_that_there_is_nothing_yet(developer: Developer) -> None:
    words = {page: developer.get(page).text for page in PAGES}

    assert "Nothing is broken" in words["bank"]
    assert "No grants yet" in words["grants"]
    assert "No calls yet" in words["calls"]
    assert "the machine" in words["bank"]


def test_users_are_listed_and_can_be_filtered(developer: Developer) -> None:
    everyone, some = developer.get(), developer.get(q="HTTP 404")

    assert "mikomo_1<" in everyone.text
    assert "mikomo_601" in some.text
    assert "mikomo_1<" not in some.text
    assert "No user matches" in developer.get(q="<nobody>").text
    assert "<nobody>" not in developer.get(q="<nobody>").text


def test_tokens_are_made_and_shown_on_a_page_that_is_not_kept(
    developer: Developer, app: RecipientApp
) -> None:
    page = developer.send("tokens", user="mikomo_10")

    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    shown = re.search(r'<code id="id_token">([^<]+)', page.text)
    assert shown is not None
    assert app.get("balances", shown[1]).status_code == 200


def test_what_went_wrong_is_told_above_the_form(developer: Developer) -> None:
    tokens = developer.send("tokens", user="nobody")
    clock = developer.send("clock", offset="tomorrow")
    fault = developer.send("faults", kind="status", status="77")

    assert tokens.status_code == 400
    assert "The bank does not let this user in." in tokens.text
    assert (clock.status_code, fault.status_code) == (400, 400)
    assert "P45D" in clock.text
    for page in (tokens, clock, fault):
        assert 'role="alert"' in page.text


def test_the_clock_is_moved_by_buttons_and_fields(
    network: RunningNetwork, developer: Developer
) -> None:
    control = SandboxControl(network)

    page = developer.send("clock", by="86400")
    assert "clocks of the network and the bank were moved" in page.text
    developer.send("clock", by="3600")
    assert control.ask("GET", "/clock")["offset"] == "P1DT3600S"
    developer.send("clock", now="2031-05-06T07:08")
    assert control.ask("GET", "/clock")["now"].startswith("2031-05-06T07:08")
    developer.send("clock", offset="0")
    assert control.ask("GET", "/clock")["offsetSeconds"] == 0


def test_the_bank_is_broken_and_healed(network: RunningNetwork, developer: Developer) -> None:
    control = SandboxControl(network)
    developer.send("faults", kind="status", status="503", user="mikomo_10", percent="50")
    developer.send("faults", kind="latency", latencyMs="5", endpoint="accounts")

    first, second = control.ask("GET", "/faults")["faults"]
    assert (first["status"], first["share"], first["user"]) == (503, 0.5, "mikomo_10")
    assert second["latencyMs"] == 5
    assert "Healed." in developer.send("faults/heal", fault=first["id"]).text
    assert control.ask("GET", "/faults")["faults"] == [second]
    developer.send("faults/heal")
    assert control.ask("GET", "/faults")["faults"] == []


def test_a_grant_is_changed_and_ended_as_its_consumer_would(
    developer: Developer, app: RecipientApp
) -> None:
    tokens = app.mint("mikomo_10", ["839502593"])
    grant = tokens["grant_id"]

    assert grant in developer.get("grants").text
    page = developer.send("grants/accounts", grant=grant, accounts="5426873, 839502593")
    assert "5426873" in page.text
    assert "ended the permission" in developer.send("grants/revocation", grant=grant).text
    assert app.get("balances", tokens["id_token"]).status_code == 404
    assert "REVOKED" in developer.get("grants").text


def test_an_apps_rights_are_ticked(developer: Developer, app: RecipientApp) -> None:
    token = app.mint("mikomo_10")["id_token"]

    page = developer.send(
        "apps/rights",
        app=app.credentials.client_id,
        product=["account_info", "payments"],
        subscription="ACTIVE",
    )

    assert "The app was changed" in page.text
    assert app.get("balances", token).status_code == 403
    assert app.get("accounts-info", token).status_code == 200


def test_calls_are_shown_with_the_banks_side(developer: Developer, app: RecipientApp) -> None:
    answer = app.get("balances", app.mint("mikomo_10")["id_token"])

    page = developer.get("calls")

    assert answer.headers["x-akoya-interaction-id"] in page.text
    assert "/fdx/v5/accounts" in page.text
    assert "<details>" not in page.text
    developer.send("calls/bodies", on="yes")
    app.get("balances", app.mint("mikomo_10")["id_token"])
    assert "<details>" in developer.get("calls").text


def test_reset_is_one_button(developer: Developer, app: RecipientApp) -> None:
    token = app.mint("mikomo_10")["id_token"]

    assert "back to the seed" in developer.send("reset").text
    assert app.get("balances", token).status_code == 401


def test_the_home_page_leads_here(network: RunningNetwork, developer: Developer) -> None:
    home = requests.get(network.url, timeout=30).text
    bare = requests.get(f"{network.url}/sandbox", allow_redirects=False, timeout=30)

    assert f'href="{network.issuer}/sandbox/"' in home
    assert (bare.status_code, bare.headers["location"]) == (308, developer.home)
