"""What ends by itself, with the clock in the test's hands."""

import base64
import json
import re

import pytest

from tests.mikomo.network import query_of


@pytest.fixture
def network(timed_bank, network):
    network.url = timed_bank.url
    return network


@pytest.fixture
def browser(timed_bank, browser):
    browser.url = timed_bank.url
    return browser


def test_a_code_lives_for_five_minutes(network, timed_bank) -> None:
    code = network.code("mikomo_1")
    timed_bank.clock.seconds += 299
    assert network.exchange(code).status_code == 200
    late = network.code("mikomo_1")
    timed_bank.clock.seconds += 300
    assert network.exchange(late).json()["error"] == "invalid_grant"


def test_an_access_token_lives_for_fifteen_minutes(network, timed_bank) -> None:
    tokens = network.link("mikomo_1")
    timed_bank.clock.seconds += 899
    assert network.get("/accounts", tokens["access_token"]).status_code == 200
    timed_bank.clock.seconds += 1
    assert network.get("/accounts", tokens["access_token"]).status_code == 401


def test_a_refresh_token_does_not_expire(network, timed_bank) -> None:
    tokens = network.link("mikomo_1")
    timed_bank.clock.seconds += 10 * 365 * 86_400
    assert network.refresh(tokens["refresh_token"]).status_code == 200


def test_the_id_token_says_when_the_person_signed_in(network, browser, timed_bank) -> None:
    signed_in_at = timed_bank.clock.seconds
    form = browser.form(network.sign_in(browser, "mikomo_1"))
    timed_bank.clock.seconds += 60
    location = browser.submit(form).headers["Location"]
    code = query_of(location)["code"]
    payload = network.exchange(code).json()["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["auth_time"] == signed_in_at
    assert claims["iat"] == signed_in_at + 60


def test_a_flow_left_for_long_ends_with_a_way_back(network, browser, timed_bank) -> None:
    page = network.sign_in(browser, "mikomo_1")
    form = browser.form(page)
    timed_bank.clock.seconds += 3600
    late = browser.submit(form)
    assert late.status_code == 410
    assert "took too long" in late.text
    link = re.search(r'class="primary" href="([^"]+)"', late.text)
    assert link
    back = browser.get(browser.url + link[1], allow_redirects=False)
    assert "error=access_denied" in back.headers["Location"]
    assert "state=st-1" in back.headers["Location"]


def test_a_second_press_of_next_after_the_code_is_dead_says_so(
    network, browser, timed_bank
) -> None:
    form = browser.form(network.sign_in(browser, "mikomo_1"))
    browser.submit(form)
    timed_bank.clock.seconds += 300
    assert browser.submit(form).status_code == 410


def test_a_session_ends_after_half_an_hour(browser, timed_bank) -> None:
    form = browser.form(browser.get(browser.url + "/login"))
    answer = browser.submit(form, username="mikomo_1", password="mikomo_1")
    assert browser.get(answer.headers["Location"]).url == browser.url + "/connections"
    timed_bank.clock.seconds += 1800
    assert browser.get(browser.url + "/connections").url == browser.url + "/login"
