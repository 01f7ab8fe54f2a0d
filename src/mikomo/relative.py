"""Values of a data file that depend on the bank's clock, written as strings that begin with "@".

"@day-3" is the midnight three days ago, "@month+1/15" that of the 15th of next month, both as
date-times; "@balance" and its like are numbers that the account's ledger knows.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from mikomo.ledger.books import Books, day_of
from mikomo.ledger.entry import Entry, money
from mikomo.ledger.month import Month

_VALUE = re.compile(rb'"@([^"\\]*)"')
_DAY = re.compile(r"day([+-]\d{1,4})?")
_MONTH = re.compile(r"month([+-]\d{1,3})?/(\d{1,2})")
_LEFT = re.compile(r"(\d{1,9}\.\d\d)-balance")

_PAYMENT = "PAYMENT"
_INTEREST = "INTEREST"


class Present:
    """One person's accounts at one moment."""

    def __init__(self, books: Books, now: int) -> None:
        self._books = books
        self._now = now
        self._today = day_of(now)

    def fill(self, account_id: str, document: bytes) -> bytes:
        """The document with every relative value put in; ValueError on one that is not known."""
        return _VALUE.sub(lambda found: self._value(account_id, found[1].decode()), document)

    def _value(self, account_id: str, written: str) -> bytes:
        if day := _DAY.fullmatch(written):
            return _date_time(self._today + timedelta(days=int(day[1] or 0)))
        if month := _MONTH.fullmatch(written):
            wanted = Month.of(self._today).plus(int(month[1] or 0))
            return _date_time(wanted.first.replace(day=min(int(month[2]), wanted.last.day)))
        if written == "lastPaymentDate":
            paid = self._last_payment(account_id)
            return _date_time(paid.day if paid else self._today)
        return msgspec.json.encode(money(self._cents(account_id, written)))

    def _cents(self, account_id: str, written: str) -> int:
        if left := _LEFT.fullmatch(written):
            whole, part = left[1].split(".")
            return int(whole) * 100 + int(part) - self._balance(account_id, self._now)
        known = _AMOUNTS.get(written)
        if known is None:
            raise ValueError(
                f"expected a value that depends on the clock to be one of @day-3, @month+1/15,"
                f" @lastPaymentDate, @5000.00-balance, @{', @'.join(_AMOUNTS)}; found @{written}"
            )
        return known(self, account_id)

    def balance(self, account_id: str) -> int:
        """What the ledger says now."""
        return self._balance(account_id, self._now)

    def statement_balance(self, account_id: str) -> int:
        """What the ledger said when last month ended."""
        first = Month.of(self._today).first
        return self._balance(account_id, _moment(first) - 1)

    def interest_this_year(self, account_id: str) -> int:
        """What interest has come to since January, on either side."""
        return abs(self._interest(account_id, Month(self._today.year, 1), 12))

    def interest_last_year(self, account_id: str) -> int:
        """What interest came to in the year before."""
        return abs(self._interest(account_id, Month(self._today.year - 1, 1), 12))

    def last_payment(self, account_id: str) -> int:
        """The newest payment received, 0 if there is none in the last months."""
        paid = self._last_payment(account_id)
        return paid.cents if paid else 0

    def _balance(self, account_id: str, moment: int) -> int:
        balance = self._books.balance(account_id, moment)
        if balance is None:
            raise ValueError(f"expected a ledger for account {account_id!r}, which has @balance")
        return balance

    def _interest(self, account_id: str, first: Month, months: int) -> int:
        return sum(
            entry.cents
            for number in range(months)
            for entry in self._books.entries(account_id, first.plus(number), self._now)
            if entry.kind.transaction_type == _INTEREST
        )

    def _last_payment(self, account_id: str) -> Entry | None:
        for back in range(3):
            month = Month.of(self._today).plus(-back)
            for entry in reversed(list(self._books.entries(account_id, month, self._now))):
                if entry.kind.sub_category == _PAYMENT:
                    return entry
        return None


_AMOUNTS: dict[str, Callable[[Present, str], int]] = {
    "balance": Present.balance,
    "statementBalance": Present.statement_balance,
    "interestThisYear": Present.interest_this_year,
    "interestLastYear": Present.interest_last_year,
    "lastPayment": Present.last_payment,
}


def is_relative(document: bytes) -> bool:
    """Whether any value in the document depends on the clock."""
    return b'"@' in document


def _date_time(day: date) -> bytes:
    return f'"{day.isoformat()}T00:00:00Z"'.encode()


def _moment(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86400
