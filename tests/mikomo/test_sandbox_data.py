"""What each person of the sandbox is documented to have, and that all of it is well-formed."""

import json
from typing import Any

import pytest

from mikomo.catalogue import Catalogue
from mikomo.person import Person, Row
from tests.mikomo.test_catalogue import ACCOUNTS, MODERN
from tests.support.contract import faults

NOW = 1_763_640_000  # 2025-11-20T12:00:00Z
CHECKING = "g833202fb0866d0ad83472c429"
LOAD = "47320722f1e9340a8f8ead1e38bdbc215b0866d0ad83472c6777923499a74429"
SAVINGS = "33fbd9e5-9cc3-3d7d-15b3-70d97d87ca1d"
COUNTS = {
    "mikomo_1": {"1755209824": 20},
    "mikomo_2": {"474362798": 20},
    "mikomo_3": {"1058527205": 20},
    "mikomo_5": {"1221963501": 8},
    "mikomo_6": {},
    "mikomo_7": dict.fromkeys(
        ("1222577818", "1254778531", "1316072226", "1417522980", "1602364511"), 1
    ),
    "mikomo_9": {LOAD: 1360},
    "mikomo_10": {CHECKING: 1360, "839502593": 22, "5426873": 4, SAVINGS: 4},
    "mikomo_11": {},
}


class Stopped:
    """A clock that stands still."""

    def __init__(self, now: int = NOW) -> None:
        self._now = now

    def now(self) -> int:
        return self._now


def find(username: str, now: int = NOW) -> Person:
    person = Catalogue(clock=Stopped(now)).find(username)
    assert person
    return person


def fields(row: Row) -> dict[str, Any]:
    (body,) = json.loads(row.body).values()
    assert isinstance(body, dict)
    return body


def rows(username: str, account_id: str, now: int = NOW) -> list[dict[str, Any]]:
    return [fields(row) for row in find(username, now).transactions(account_id, now)]


def details(person: Person) -> dict[str, dict[str, Any]]:
    accounts = [json.loads(account.details) for account in person.accounts]
    return {body["accountId"]: body for entry in accounts for body in entry.values()}


@pytest.mark.parametrize(("username", "counts"), COUNTS.items())
def test_a_person_has_the_documented_number_of_rows(username, counts) -> None:
    person = find(username)
    found = {
        one.account_id: len(person.transactions(one.account_id, NOW)) for one in person.accounts
    }
    assert {key: count for key, count in found.items() if count} == counts
    assert person.transactions("unknown", NOW) == ()


def test_the_first_rows_of_mikomo_10_are_the_documented_ones() -> None:
    first = rows("mikomo_10", CHECKING)[:5]
    assert [(row["transactionId"], row["amount"]) for row in first] == [
        ("30191890000030", -449.07),
        ("30191890000020", -4000.4),
        ("30191890000010", 5048.13),
        ("30191900000030", -8.6),
        ("30191900000020", -42.94),
    ]


@pytest.mark.parametrize(("username", "account_id"), [("mikomo_9", LOAD), ("mikomo_10", CHECKING)])
def test_the_long_history_lies_in_its_documented_days_and_ends_at_its_balance(
    username, account_id
) -> None:
    person = find(username)
    history = person.transactions(account_id, NOW)
    assert fields(history[0])["postedTimestamp"] == "2019-07-08T00:00:00Z"
    assert fields(history[-1])["postedTimestamp"] == "2020-11-30T00:00:00Z"
    assert history[-1].balance == 10671706
    assert details(person)[account_id]["currentBalance"] == 106717.06
    assert all(row.balance is None or row.balance > 0 for row in history)


@pytest.mark.parametrize(
    ("username", "oldest"),
    [
        ("mikomo_10", ("2021-01-03T05:00:00Z", "2021-05-17T00:00:00Z", "2021-01-27T00:00:00Z")),
        ("mikomo_2023", ("2023-01-03T05:00:00Z", "2023-05-17T00:00:00Z", "2023-01-27T00:00:00Z")),
    ],
)
def test_the_oldest_rows_are_on_their_documented_days(username, oldest) -> None:
    times = [
        min(row["transactionTimestamp"] for row in rows(username, account_id))
        for account_id in ("839502593", "5426873", SAVINGS)
    ]
    assert times == list(oldest)


def test_the_documented_windows_hold_the_documented_rows() -> None:
    savings = [row["postedTimestamp"] for row in rows("mikomo_10", SAVINGS)]
    assert [time for time in savings if time < "2021-02-26"] == savings[:2]
    brokerage = [row["postedTimestamp"] for row in rows("mikomo_10", "5426873")]
    assert [time for time in brokerage if "2021-05-16" < time < "2021-05-20"] == brokerage[-1:]


@pytest.mark.parametrize("username", [*ACCOUNTS, *MODERN])
def test_rows_stand_in_their_order_with_ids_of_their_own(username) -> None:
    person = find(username)
    for account in person.accounts:
        found = person.transactions(account.account_id, NOW)
        moments = [row.moment for row in found]
        assert moments == sorted(moments, reverse=account.category == "investmentAccount")
        ids = [fields(row)["transactionId"] for row in found]
        assert len(set(ids)) == len(ids)
        assert {fields(row)["accountId"] for row in found} <= {account.account_id}


@pytest.mark.parametrize("username", [*ACCOUNTS, *MODERN])
def test_everything_fits_the_contract(username) -> None:
    person = find(username)
    accounts = {"accounts": [json.loads(account.details) for account in person.accounts]}
    for schema in ("strict.get-accounts-info", "strict.get-balances", "strict.get-accounts"):
        assert faults(schema, accounts) == []
    for account in person.accounts:
        bodies = [json.loads(row.body) for row in person.transactions(account.account_id, NOW)]
        assert faults("strict.get-transactions", {"transactions": bodies}) == []
    for networks in person.payment_networks.values():
        listed = {"paymentNetworks": [json.loads(bytes(network)) for network in networks]}
        assert faults("open.accountPaymentNetworkList", listed) == []
    assert faults("open.customer", {"customer": json.loads(bytes(person.customer))}) == []


@pytest.mark.parametrize("username", ACCOUNTS)
def test_every_deposit_account_that_can_transfer_has_payment_data(username) -> None:
    person = find(username)
    # The CD takes no transfers; the empty account is documented without payment data.
    without = {"11719ae5-2399-1278-e43c-43f24abb3058", "5dbda8de96eeff05f23934523a1fc258"}
    deposits = [one for one in person.accounts if one.category == "depositAccount"]
    assert set(person.payment_networks) == {one.account_id for one in deposits} - without
    for account_id, networks in person.payment_networks.items():
        account = details(person)[account_id]
        shown = account.get("accountNumberDisplay", account.get("nickname", ""))
        ending = "".join(letter for letter in shown if letter.isdigit())[-4:]
        for network in networks:
            payment = json.loads(bytes(network))
            assert payment["identifier"].endswith(ending)
            assert has_aba_checksum(payment["bankId"])


def has_aba_checksum(number: str) -> bool:
    digits = [int(digit) for digit in number]
    weights = (3, 7, 1) * 3
    return len(digits) == 9 and sum(map(int.__mul__, digits, weights)) % 10 == 0


def test_the_statements_of_mikomo_11_are_the_documented_ones() -> None:
    found = find("mikomo_11").statements("513815781465", NOW)
    assert [(one.statement_id, str(one.date), one.status) for one in found] == [
        ("P9CvLPKDaFRMbNDkhu1", "2022-05-26", "AVAILABLE"),
        ("P9CvLPKDaFRMbNDkhu2", "2023-01-02", "FAILED"),
        ("P9CvLPKDaFRMbNDkhu3", "2023-01-05", "PROCESSING"),
        ("P9CvLPKDaFRMbNDkhu4", "2023-02-24", "AVAILABLE"),
    ]
