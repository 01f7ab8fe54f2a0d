"""What stands on a statement: one month of an account, from its opening to its closing balance."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec

from mikomo.documents.parties import postal_lines
from mikomo.person import Account, Person, Row, Statement

# A positive amount makes what is owed on these smaller.
_LIABILITIES = frozenset({"loanAccount", "locAccount"})


@dataclass(frozen=True, slots=True)
class Line:
    """One transaction, and the balance after it where the account has one."""

    day: date
    description: str
    amount: Decimal
    balance: Decimal | None


@dataclass(frozen=True, slots=True)
class StatementSheet:
    """A whole statement. Lines are in the order in which they happened.

    `measure` is what the balances are: of an investment account it is the cash.
    """

    title: str
    dated: date
    begins: date
    recipient: tuple[str, ...]
    account: str
    number: str
    currency: str
    measure: str
    opening: Decimal | None
    closing: Decimal | None
    lines: tuple[Line, ...]


class _Currency(msgspec.Struct, frozen=True, rename="camel"):
    currency_code: str = "USD"


class _Details(msgspec.Struct, frozen=True, rename="camel"):
    account_number_display: str | None = None
    account_type: str | None = None
    nickname: str | None = None
    product_name: str | None = None
    currency: _Currency = _Currency()
    current_balance: Decimal | None = None
    available_balance: Decimal | None = None
    principal_balance: Decimal | None = None
    available_cash_balance: Decimal | None = None


class _Transaction(msgspec.Struct, frozen=True, rename="camel"):
    amount: Decimal | None = None
    description: str | None = None
    status: str | None = None


def statement_sheet(
    person: Person, account: Account, statement: Statement, rows: Sequence[Row]
) -> StatementSheet:
    """The statement of the month that ends with its date.

    `rows` are all rows of the account up to now, in serving order. Pending rows are in no balance
    and on no statement.
    """
    (details,) = msgspec.json.decode(account.details, type=dict[str, _Details]).values()
    begins, ends = first_day(statement.date), statement.date
    entries = [entry for entry in _settled(account, rows) if entry.day >= begins]
    within = [entry for entry in entries if entry.day <= ends]
    sign = -1 if account.category in _LIABILITIES else 1
    closing = within[-1].balance if within else None
    if closing is None and (present := _balance(details)) is not None:
        closing = present - sign * sum(entry.amount for entry in entries[len(within) :])
    opening = None if closing is None else closing - sign * sum(entry.amount for entry in within)
    return StatementSheet(
        title=statement.description,
        dated=ends,
        begins=begins,
        recipient=(person.full_name, *postal_lines(person.customer)),
        account=details.nickname or details.product_name or details.account_type or "",
        number=details.account_number_display or "",
        currency=details.currency.currency_code,
        measure="cash" if account.category == "investmentAccount" else "balance",
        opening=opening,
        closing=closing,
        lines=tuple(_lines(within, opening, sign)),
    )


def first_day(last: date) -> date:
    """The first day of the month that ends with this one: the day after the same day a month ago.

    A statement of a month's last day covers that calendar month.
    """
    month_end = calendar.monthrange(last.year, last.month)[1]
    if last.day == month_end:
        return last.replace(day=1)
    earlier = last.replace(day=1) - timedelta(days=1)
    return earlier.replace(day=min(last.day, earlier.day)) + timedelta(days=1)


def _balance(details: _Details) -> Decimal | None:
    known = (
        details.current_balance,
        details.available_balance,
        details.principal_balance,
        details.available_cash_balance,
    )
    return next((balance for balance in known if balance is not None), None)


def _settled(account: Account, rows: Sequence[Row]) -> Iterator[Line]:
    """The rows that count, oldest first, each with the balance that the bank's books say."""
    # Investments are served newest first; sorting keeps the order within one moment.
    oldest_first = reversed(rows) if account.category == "investmentAccount" else rows
    for row in sorted(oldest_first, key=lambda row: row.moment):
        (fields,) = msgspec.json.decode(row.body, type=dict[str, _Transaction]).values()
        if fields.status != "PENDING":
            day = datetime.fromtimestamp(row.moment, UTC).date()
            balance = None if row.balance is None else Decimal(row.balance) / 100
            yield Line(day, fields.description or "", fields.amount or Decimal(), balance)


def _lines(entries: Sequence[Line], opening: Decimal | None, sign: int) -> Iterator[Line]:
    balance = opening
    for entry in entries:
        if balance is not None:
            balance += sign * entry.amount
        yield replace(entry, balance=balance)
