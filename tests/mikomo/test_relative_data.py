"""Values of a data file that depend on the bank's clock, and what a file may not say."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from mikomo.person import Person
from mikomo.person_file import PersonFile, person_of

NOW = int(datetime(2026, 1, 31, 17, tzinfo=UTC).timestamp())


def made(account: dict[str, Any], **more: Any) -> Person:
    written = {
        "username": "ann",
        "password": "ann",
        "customer": {"name": {"first": "Ann", "last": "Lee"}},
        "accounts": [{"locAccount": {"accountId": "k", **account}}],
        **more,
    }
    return person_of(msgspec.json.decode(json.dumps(written), type=PersonFile))


def served(account: dict[str, Any], **more: Any) -> dict[str, Any]:
    (body,) = json.loads(made(account, **more).at(NOW).accounts[0].details).values()
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("@day", "2026-01-31T00:00:00Z"),
        ("@day-31", "2025-12-31T00:00:00Z"),
        ("@day+1", "2026-02-01T00:00:00Z"),
        ("@month/1", "2026-01-01T00:00:00Z"),
        ("@month+1/31", "2026-02-28T00:00:00Z"),
        ("@month-13/15", "2024-12-15T00:00:00Z"),
        ("ann@example.com", "ann@example.com"),
    ],
)
def test_a_day_is_counted_from_the_clock(written: str, expected: str) -> None:
    assert served({"nextPaymentDate": written})["nextPaymentDate"] == expected


def test_amounts_come_from_the_ledger() -> None:
    card = {"profile": "creditCard", "accountId": "k", "carries": 1000, "apr": 0.12}
    names = ("balance", "statementBalance", "interestThisYear", "interestLastYear", "lastPayment")
    body = served(
        {name: f"@{name}" for name in names}
        | {"availableCredit": "@5000.00-balance", "paidOn": "@lastPaymentDate"},
        ledger=[card],
    )
    person = made({}, ledger=[card])
    rows = person.transactions("k", NOW)
    assert body["balance"] == rows[-1].balance / 100
    assert body["availableCredit"] == pytest.approx(5000 - body["balance"])
    assert body["statementBalance"] == next(
        row.balance / 100 for row in reversed(rows) if row.moment < NOW - 31 * 86400
    )
    # January's charge of one percent is posted on its last weekday.
    assert body["interestThisYear"] == 10
    assert body["interestLastYear"] == 120
    assert body["lastPayment"] > 0
    assert body["paidOn"] == "2026-01-15T00:00:00Z"


@pytest.mark.parametrize("written", ["@", "@tomorrow", "@day-3 ", "@month/", "@12-balance"])
def test_an_unknown_value_says_what_was_expected(written: str) -> None:
    with pytest.raises(ValueError, match=r"expected a value that depends on the clock.*@balance"):
        made({"currentBalance": written})


def test_a_balance_needs_a_ledger() -> None:
    with pytest.raises(ValueError, match="expected a ledger for account 'k'"):
        made({"currentBalance": "@balance"})


FORM = {"firstYear": 2021, "taxStatementId": "t", "issuer": {}, "recipient": {}}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"transactions": {"x": []}}, "expected transactions to name accounts .* 'x'"),
        ({"paymentNetworks": {"x": []}}, "expected paymentNetworks to name accounts"),
        ({"statements": {"x": []}}, "expected statements to name accounts"),
        ({"monthlyStatements": {"accountIds": ["x"]}}, "expected monthlyStatements.accountIds"),
        ({"taxStatements": [{**FORM, "accountId": "x", "forms": []}]}, "taxStatements to name"),
        ({"taxStatements": [{**FORM, "forms": [{"taxW2": {}}]}]}, "taxW2 .* have a taxFormId"),
        ({"taxStatements": [{**FORM, "firstYear": 1990, "forms": []}]}, "2018 to 2050"),
        ({"accounts": [{"locAccount": {"accountId": "k"}}] * 2}, "accountId of its own"),
        ({"transactions": {"k": [{"locTransaction": {}}]}}, "expected .* to be ISO 8601"),
        ({"colour": 1}, "colour"),
    ],
)
def test_parts_that_do_not_fit_say_what_was_expected(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made({}, **more)
