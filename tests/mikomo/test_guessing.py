"""Guessing passwords at the bank: it tells nothing of who is a customer, and it comes to an end."""

import re
import secrets
from unittest.mock import patch

import pytest
from starlette.requests import Request

from mikomo.catalogue import Catalogue
from mikomo.signin.credentials import FOR_ONE_PERSON, Credentials
from mikomo.store.attempts import WINDOW_S, AttemptStore
from mikomo.store.database import Database
from mikomo.web.forms import parse


def without_what_was_typed(text: str, *typed: str) -> str:
    for each in typed:
        text = text.replace(each, "")
    return re.sub(r'value="[0-9a-f]{64}"|/signin/[\w-]+', "", text)


def test_a_wrong_password_and_an_unknown_name_get_the_same_page(network, browser) -> None:
    pages = {
        name: browser.submit(browser.form(network.start(browser)), username=name, password="wrong")
        for name in ("mikomo_1", "stranger_1")
    }
    known, unknown = pages.values()

    assert known.status_code == unknown.status_code == 401
    assert without_what_was_typed(known.text, 'value="mikomo_1"') == without_what_was_typed(
        unknown.text, 'value="stranger_1"'
    )
    assert set(known.headers) == set(unknown.headers)


@pytest.fixture
def credentials(tmp_path, timed_clock) -> Credentials:
    attempts = AttemptStore(Database(tmp_path / "mikomo.db"), timed_clock, "secret")
    return Credentials(Catalogue(), attempts, pages=None)


@pytest.fixture
def timed_clock():
    class Clock:
        seconds = 1_800_000_000

        def now(self) -> int:
            return self.seconds

    return Clock()


@pytest.mark.parametrize("username", ["mikomo_1", "stranger_1", ""])
def test_one_password_is_compared_whoever_it_is_said_to_be(credentials, username) -> None:
    request = Request({"type": "http", "headers": [], "client": ("203.0.113.7", 1)})
    form = parse(f"username={username}&password=wrong".encode())
    with patch.object(secrets, "compare_digest", wraps=secrets.compare_digest) as compared:
        assert credentials.matching_person(request, form) is None

    assert compared.call_count == 1


def guess(bank, username: str, password: str):
    """One attempt in the person's own area."""
    from tests.mikomo.network import Browser

    browser = Browser(bank.url)
    page = browser.get(f"{bank.url}/login")
    return browser.submit(browser.form(page), username=username, password=password)


@pytest.mark.parametrize("username", ["mikomo_1", "stranger_1"])
def test_who_keeps_guessing_has_to_wait_and_the_right_password_does_not_help(
    timed_bank, username
) -> None:
    statuses = [guess(timed_bank, username, "wrong").status_code for _ in range(FOR_ONE_PERSON)]
    assert set(statuses) == {401}

    page = guess(timed_bank, username, username)
    assert page.status_code == 429
    assert "Too many wrong passwords" in page.text
    assert 0 < int(page.headers["Retry-After"]) <= WINDOW_S


def test_nobody_else_has_to_wait_and_it_ends(timed_bank) -> None:
    for _ in range(FOR_ONE_PERSON):
        guess(timed_bank, "mikomo_1", "wrong")
    assert guess(timed_bank, "mikomo_2", "mikomo_2").status_code == 303

    timed_bank.clock.seconds += WINDOW_S
    assert guess(timed_bank, "mikomo_1", "mikomo_1").status_code == 303


def test_the_sign_in_for_a_network_counts_with_the_one_of_the_persons_own_area(
    network, browser, timed_bank
) -> None:
    for _ in range(FOR_ONE_PERSON):
        guess(timed_bank, "mikomo_1", "wrong")
    network.url = browser.url = timed_bank.url
    page = browser.submit(
        browser.form(network.start(browser)), username="mikomo_1", password="mikomo_1"
    )

    assert page.status_code == 429
    assert "Nothing was shared" in page.text


def test_neither_names_nor_addresses_are_kept(tmp_path, timed_clock) -> None:
    path = tmp_path / "mikomo.db"
    database = Database(path)
    store = AttemptStore(database, timed_clock, "secret")
    store.failed("mikomo_1", "203.0.113.7")
    rows = str([tuple(row) for row in database.all("SELECT * FROM attempts")])
    database.close()

    assert "mikomo_1" not in rows
    assert "203.0.113.7" not in rows


def test_windows_that_are_over_are_forgotten(tmp_path, timed_clock) -> None:
    database = Database(tmp_path / "mikomo.db")
    store = AttemptStore(database, timed_clock, "secret")
    store.failed("ada")
    timed_clock.seconds += WINDOW_S
    store.failed("bob")

    assert len(database.all("SELECT * FROM attempts")) == 1
    database.close()
