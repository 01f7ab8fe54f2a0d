"""The people of the sandbox and the completeness of what the bank knows about them."""

import json
from pathlib import Path
from typing import Any

import pytest

from mikomo.catalogue import DATA, Catalogue
from tests.support.error_users import ERROR_USERS

ACCOUNTS = {
    "mikomo_1": 8,
    "mikomo_2": 8,
    "mikomo_3": 38,
    "mikomo_5": 3,
    "mikomo_6": 10,
    "mikomo_7": 6,
    "mikomo_9": 1,
    "mikomo_10": 6,
    "mikomo_11": 1,
    "mikomo_2023": 6,
}
MODERN = {
    "GenericUser_Pfm": 6,
    "GenericUser_LendingAndCredit": 8,
    "GenericUser_Payments": 8,
    "GenericUser_Wealth": 9,
    "GenericUser_Tax": 3,
}


def with_literal_numbers(text: str | bytes) -> Any:
    """JSON whose numbers stay as they are written."""
    return json.loads(text, parse_float=lambda n: ("number", n), parse_int=lambda n: ("number", n))


def test_everyone_is_there() -> None:
    everyone = {person.username for person in Catalogue().everyone()}
    assert everyone == {*ACCOUNTS, *MODERN, *ERROR_USERS}


def test_everyone_says_what_they_are_good_for() -> None:
    for person in Catalogue().everyone():
        assert person.scenario.endswith(".")
        assert person.good_for
        assert person.products


@pytest.mark.parametrize(("username", "count"), [*ACCOUNTS.items(), *MODERN.items()])
def test_a_person_has_all_their_accounts(username: str, count: int) -> None:
    person = Catalogue().find(username)
    assert person
    assert len(person.accounts) == count
    assert len({account.account_id for account in person.accounts}) == count


def test_mikomo_3_has_all_1037_holdings() -> None:
    person = Catalogue().find("mikomo_3")
    assert person
    accounts = [json.loads(account.details)["investmentAccount"] for account in person.accounts]
    assert sum(len(account.get("holdings", [])) for account in accounts) == 1037


@pytest.mark.parametrize(("username", "failure"), ERROR_USERS.items())
def test_a_person_whose_calls_fail_still_has_an_account(
    username: str, failure: tuple[int, int]
) -> None:
    person = Catalogue().find(username)
    assert person
    assert person.failure
    assert (person.failure.http_status, person.failure.code) == failure
    assert len(person.accounts) == 1


@pytest.mark.parametrize("username", [*ACCOUNTS, *ERROR_USERS])
def test_every_value_leaves_as_it_is_written(username: str) -> None:
    person = Catalogue().find(username)
    assert person
    written = with_literal_numbers((DATA / f"{username}.json").read_text())
    assert [with_literal_numbers(account.details) for account in person.accounts] == (
        written["accounts"]
    )
    assert with_literal_numbers(bytes(person.customer)) == written["customer"]


def test_trailing_zeros_and_field_order_are_kept(tmp_path: Path) -> None:
    (tmp_path / "ann.json").write_text(
        '{"username": "ann", "password": "ann", "holders": [],'
        ' "customer": {"name": {"first": "Ann", "last": "Lee"}},'
        ' "accounts": [{"depositAccount":'
        ' {"currentBalance": 100.00, "accountId": "1", "nickname": "A: b"}}]}'
    )
    person = Catalogue(tmp_path).find("ann")
    assert person
    assert person.accounts[0].details == (
        b'{"depositAccount":{"currentBalance":100.00,"accountId":"1","nickname":"A: b"}}'
    )


def test_an_unknown_or_hostile_name_finds_nobody() -> None:
    catalogue = Catalogue()
    hostile = ("", "mikomo_4", "../mikomo_1", "MIKOMO_1", "mikomo_1\x00")
    not_copies = ("mikomo_4+a", "mikomo_1+", "mikomo_1+a+b", "mikomo_1+a b", "mikomo_1+" + 65 * "a")
    for name in (*hostile, *not_copies):
        assert catalogue.find(name) is None


@pytest.mark.parametrize("username", ["mikomo_10+run-7.a_B", "mikomo_10+" + 64 * "x"])
def test_a_copy_has_a_sign_in_of_its_own_and_the_data_of_the_original(username: str) -> None:
    original, copy = Catalogue().find("mikomo_10"), Catalogue().find(username)
    assert original
    assert copy
    assert copy.username == username
    assert copy.password == username
    assert copy.accounts == original.accounts
    for account in original.accounts:
        rows = copy.transactions(account.account_id, 0)
        assert rows == original.transactions(account.account_id, 0)


def test_copies_are_not_listed_and_others_are(tmp_path: Path) -> None:
    write_person(tmp_path, "ann")
    ann = Catalogue(tmp_path).find("ann")
    assert ann
    catalogue = Catalogue(tmp_path, others=lambda: {"bea": ann})
    assert len(list(catalogue.everyone())) == 2
    assert catalogue.is_other("bea")
    assert not catalogue.is_other("ann")
    copy = catalogue.find("bea+1")
    assert copy
    assert copy.full_name == "Ann Lee"


def write_person(directory: Path, username: str) -> None:
    (directory / f"{username}.json").write_text(
        f'{{"username": "{username}", "password": "{username}",'
        ' "customer": {"name": {"first": "Ann", "last": "Lee"}}, "accounts": []}'
    )


def test_mikomo_10_has_no_telephone_and_everyone_has_a_name() -> None:
    for person in Catalogue().everyone():
        customer = json.loads(bytes(person.customer))
        assert customer["customerId"]
        assert customer["name"]["last"]
        assert customer["addresses"]
        assert customer["email"]
        assert ("telephones" in customer) == (person.username != "mikomo_10")


def test_mikomo_11_has_a_complete_deposit_account() -> None:
    person = Catalogue().find("mikomo_11")
    assert person
    account = json.loads(person.accounts[0].details)["depositAccount"]
    assert account["accountId"] == "513815781465"
    assert account["availableBalance"] == 7869.13
    for name in ("currentBalance", "balanceAsOf", "description", "currency", "status"):
        assert account[name]
