"""Rows that are made: the same every time, fitting each other, ending where they should."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mikomo.catalogue import Catalogue
from mikomo.person import Person, Row
from mikomo.person_file import PersonFile, person_of
from tests.mikomo.test_catalogue import MODERN
from tests.mikomo.test_sandbox_data import CHECKING, NOW, fields, find

DAY = 86_400
LIABILITIES = {"loanAccount", "locAccount"}
moments = st.integers(
    int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2031, 12, 31, tzinfo=UTC).timestamp()),
)
PEOPLE = {name: find(name) for name in (*MODERN, "mikomo_2023")}
ROLLING = [
    (name, account.account_id)
    for name, person in PEOPLE.items()
    for account in person.accounts
    if name != "mikomo_2023" or account.account_id == CHECKING
]


def person(ledger: list[dict[str, Any]], *accounts: tuple[str, str], **more: Any) -> Person:
    """Someone with these accounts, each a category and an id, and plans."""
    written = {
        "username": "ann",
        "password": "ann",
        "customer": {"name": {"first": "Ann", "last": "Lee"}},
        "accounts": [{category: {"accountId": name}} for category, name in accounts],
        "ledger": ledger,
        **more,
    }
    return person_of(msgspec.json.decode(json.dumps(written), type=PersonFile))


def amounts(rows: list[Row] | Any) -> list[int]:
    return [round(fields(row)["amount"] * 100) for row in rows]


@settings(deadline=None, max_examples=60)
@given(where=st.sampled_from(ROLLING), now=moments, later=st.integers(0, 200 * DAY))
def test_a_row_stays_what_it_was_as_time_moves_on(where, now, later) -> None:
    username, account_id = where
    before = PEOPLE[username].transactions(account_id, now)
    after = PEOPLE[username].transactions(account_id, now + later)
    moments_after = {row.moment for row in after}
    kept = [row for row in before if row.moment >= min(moments_after, default=now + later)]
    assert Counter(kept) <= Counter(after)
    assert all(row.moment > now for row in set(after) - set(before))


@settings(deadline=None, max_examples=60)
@given(now=moments)
def test_mikomo_2023_always_has_rows_in_the_last_fifteen_days_and_ends_at_its_balance(now) -> None:
    rows = PEOPLE["mikomo_2023"].transactions(CHECKING, now)
    now = max(now, int(datetime(2020, 1, 16, tzinfo=UTC).timestamp()))
    rows = PEOPLE["mikomo_2023"].transactions(CHECKING, now)
    assert now - 15 * DAY <= rows[-1].moment <= now
    assert rows[-1].balance == 10671706


def test_mikomo_2023_has_several_months_of_rows() -> None:
    rows = PEOPLE["mikomo_2023"].transactions(CHECKING, NOW)
    first = datetime.fromtimestamp(rows[0].moment, UTC).date()
    assert date(2025, 5, 1) <= first <= date(2025, 5, 7)


@settings(deadline=None, max_examples=40)
@given(where=st.sampled_from(ROLLING), now=moments)
def test_each_balance_is_the_one_before_and_the_amount(where, now) -> None:
    username, account_id = where
    found = PEOPLE[username].transactions(account_id, now)
    category = next(
        one.category for one in PEOPLE[username].accounts if one.account_id == account_id
    )
    ascending = found[::-1] if category == "investmentAccount" else found
    sign = -1 if category in LIABILITIES else 1
    for earlier, later in pairwise(ascending):
        if later.balance is None or earlier.balance is None:
            assert category == "insuranceAccount"
        else:
            assert later.balance == earlier.balance + sign * amounts([later])[0]


TRANSFERS = {
    "CREDIT_CARD_PAYMENT": "PAYMENT",
    "LOAN_PAYMENT": "PAYMENT",
    "MORTGAGE_PAYMENT": "PAYMENT",
    "INSURANCE": "PREMIUM",
    "TRANSFER": "TRANSFER",
}


@pytest.mark.parametrize("username", MODERN)
def test_a_transfer_within_the_bank_stands_in_both_accounts(username) -> None:
    found = PEOPLE[username]
    by_account = {
        account.account_id: [fields(row) for row in found.transactions(account.account_id, NOW)]
        for account in found.accounts
    }
    everywhere = Counter(
        (row["postedTimestamp"][:10], row["amount"], row["subCategory"])
        for rows in by_account.values()
        for row in rows
    )
    seen = 0
    for rows in by_account.values():
        for row in rows:
            if row["description"].startswith(("AUTOMATIC TRANSFER", "MIKOMO ", "TRANSFER TO MI")):
                if row["subCategory"] not in TRANSFERS or "MONEY FUND" in row["description"]:
                    continue
                other = TRANSFERS[row["subCategory"]]
                assert everywhere[row["postedTimestamp"][:10], -row["amount"], other] >= 1
                seen += 1
    assert seen > 20 or username == "GenericUser_Wealth"
    assert seen


def test_the_same_rows_come_out_of_another_process() -> None:
    program = (
        "import hashlib, sys\n"
        "from mikomo.catalogue import Catalogue\n"
        "catalogue = Catalogue()\n"
        "for name, account in [pair.split('/') for pair in sys.argv[2:]]:\n"
        "    rows = catalogue.find(name).transactions(account, int(sys.argv[1]))\n"
        "    print(hashlib.sha256(b''.join(row.body for row in rows)).hexdigest())\n"
    )
    pairs = ["GenericUser_Pfm/720100014417", f"mikomo_10/{CHECKING}", f"mikomo_2023/{CHECKING}"]
    runs = [
        subprocess.run(
            [sys.executable, "-c", program, str(NOW), *pairs],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].count(b"\n") == 3


def test_people_do_not_have_the_same_rows() -> None:
    first, second = (
        Catalogue().find(username).transactions(account, NOW)[6:]  # type: ignore[union-attr]
        for username, account in (
            ("mikomo_10", CHECKING),
            ("mikomo_9", "47320722f1e9340a8f8ead1e38bdbc215b0866d0ad83472c6777923499a74429"),
        )
    )
    assert amounts(first) != amounts(second)


@settings(deadline=None, max_examples=30)
@given(
    count=st.integers(0, 400),
    first=st.dates(date(2015, 1, 1), date(2020, 1, 1)),
    days=st.integers(7, 700),
    ends_at=st.integers(0, 10_000_000),
)
def test_a_history_has_exactly_its_rows_days_and_end(count, first, days, ends_at) -> None:
    last = date.fromordinal(first.toordinal() + days)
    plan = {
        "profile": "checkingHistory",
        "accountId": "a",
        "count": count,
        "first": str(first),
        "last": str(last),
        "endsAt": ends_at / 100,
    }
    rows = person([plan], ("depositAccount", "a")).transactions("a", 0)
    assert len(rows) == count
    assert all(str(first) <= fields(row)["postedTimestamp"][:10] <= str(last) for row in rows)
    assert not rows or rows[-1].balance == ends_at


def test_a_month_of_checking_ends_at_its_balance_and_the_surplus_is_saved() -> None:
    found = person(
        [
            {"profile": "checking", "accountId": "c", "endsAt": 1000, "settlesInto": "s"},
            {"profile": "savings", "accountId": "s", "endsAt": 500, "rate": 0},
        ],
        ("depositAccount", "c"),
        ("depositAccount", "s"),
    )
    end = int(datetime(2025, 10, 31, tzinfo=UTC).timestamp())
    assert found.transactions("c", end)[-1].balance == 100_000
    saved = [fields(row) for row in found.transactions("s", end) if row.moment == end]
    moved = [fields(row) for row in found.transactions("c", end)][-1]
    assert [row["amount"] for row in saved] == [-moved["amount"]]


def test_savings_end_every_year_at_their_balance() -> None:
    found = person(
        [{"profile": "savings", "accountId": "s", "endsAt": 500, "rate": 0.06, "deposit": 20}],
        ("depositAccount", "s"),
    )
    for year in (2020, 2025, 2030):
        end = int(datetime(year, 12, 31, tzinfo=UTC).timestamp())
        rows = found.transactions("s", end)
        assert rows[-1].balance == 50_000
        assert amounts(rows)[-1] == -12 * (2000 + 250)


def test_a_loan_is_paid_back_to_the_last_cent() -> None:
    plan = {
        "profile": "loan",
        "accountId": "l",
        "principal": 10_000,
        "rate": 0.07,
        "term": 24,
        "originated": "2021-01-15",
        "months": 60,
    }
    found = person([plan], ("loanAccount", "l"))
    rows = found.transactions("l", int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()))
    assert rows[-1].balance == 0
    payments = [fields(row) for row in rows if fields(row)["transactionType"] == "PAYMENT"]
    assert len(payments) == 24
    parts = [payment["paymentDetails"] for payment in payments]
    assert sum(round(part["principalAmount"] * 100) for part in parts) == 1_000_000
    for payment, part in zip(payments, parts, strict=True):
        assert payment["amount"] == pytest.approx(sum(part.values()))


@pytest.mark.parametrize("account_id", ["720500325515", "720500358848", "720500369959"])
def test_what_is_bought_costs_its_units_at_their_price(account_id) -> None:
    for row in PEOPLE["GenericUser_Wealth"].transactions(account_id, NOW):
        body = fields(row)
        if "unitPrice" in body:
            price = body["unitPrice"]
            assert -body["amount"] == pytest.approx(body["units"] * price, abs=price / 1000)


@pytest.mark.parametrize(
    ("ledger", "message"),
    [
        (
            [{"profile": "checking", "accountId": "x", "endsAt": 1}],
            "'x'.*an account of this person",
        ),
        ([{"profile": "creditCard", "accountId": "c"}], "category locAccount"),
        (
            [
                {"profile": "checking", "accountId": "c", "endsAt": 1},
                {"profile": "savings", "accountId": "c", "endsAt": 1},
            ],
            "one plan for account 'c', found two",
        ),
        (
            [{"profile": "checking", "accountId": "c", "endsAt": 1, "settlesInto": "k"}],
            "settlesInto of 'c' to be another account .* found 'k'",
        ),
        ([{"profile": "checking", "accountId": "c"}], "endsAt"),
        ([{"profile": "chequing", "accountId": "c"}], "chequing"),
        ([{"profile": "checking", "accountId": "c", "endsAt": 1, "months": 121}], "0 to 120"),
        ([{"profile": "checking", "accountId": "c", "endsAt": 1, "color": 1}], "color"),
        (
            [
                {
                    "profile": "checkingHistory",
                    "accountId": "c",
                    "count": 1,
                    "first": "2024-06-01",
                    "last": "2024-06-02",
                    "endsAt": 1,
                }
            ],
            "expected a weekday",
        ),
    ],
)
def test_a_plan_that_cannot_be_followed_says_what_was_expected(ledger, message) -> None:
    with pytest.raises(ValueError, match=message):
        person(ledger, ("depositAccount", "c"), ("locAccount", "k"))


def test_given_rows_come_before_those_of_the_ledger() -> None:
    row = {"accountId": "c", "transactionId": "1", "postedTimestamp": "2019-01-01T00:00:00"}
    found = person(
        [{"profile": "checking", "accountId": "c", "endsAt": 1}],
        ("depositAccount", "c"),
        transactions={"c": [{"depositTransaction": row}]},
    )
    rows = found.transactions("c", NOW)
    assert fields(rows[0]) == row
    assert rows[0].moment == int(datetime(2019, 1, 1, tzinfo=UTC).timestamp())
    assert len(rows) > 100
