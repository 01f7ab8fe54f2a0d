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


def with_literal_numbers(text: str | bytes) -> Any:
    """JSON whose numbers stay as they are written."""
    return json.loads(text, parse_float=lambda n: ("number", n), parse_int=lambda n: ("number", n))


def test_everyone_is_there() -> None:
    assert {person.username for person in Catalogue().everyone()} == {*ACCOUNTS, *ERROR_USERS}


@pytest.mark.parametrize(("username", "count"), ACCOUNTS.items())
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
    for name in ("", "mikomo_4", "../mikomo_1", "MIKOMO_1", "mikomo_1\x00"):
        assert catalogue.find(name) is None


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
