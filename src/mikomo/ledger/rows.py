"""How an entry is written down: as the wrapped FDX transaction of its account's category."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter

import msgspec

from mikomo.ledger.entry import Entry, money
from mikomo.person import Row

LIABILITIES = frozenset({"loanAccount", "locAccount"})
"""Categories whose balance a positive amount makes smaller."""

_WRAPPERS = {
    "depositAccount": "depositTransaction",
    "investmentAccount": "investmentTransaction",
    "loanAccount": "loanTransaction",
    "locAccount": "locTransaction",
    "insuranceAccount": "insuranceTransaction",
}

_encode = msgspec.json.Encoder().encode


def has_rows(category: str) -> bool:
    """Whether FDX has a transaction for the category (annuities have none)."""
    return category in _WRAPPERS


def rows_of(entries: Sequence[Entry], category: str, opening: int) -> Iterator[Row]:
    """Rows of whole days, in the order of `entries`, which is by day; `opening` in cents.

    The balance of an investment account is its cash; a policy has none.
    """
    balance = opening
    sign = -1 if category in LIABILITIES else 1
    for day, of_the_day in groupby(entries, key=attrgetter("day")):
        together = list(of_the_day)
        moment, written = moment_of(day, category)
        for number, entry in enumerate(together):
            balance += sign * entry.cents
            transaction_id = _transaction_id(day, category, len(together) - number)
            body = _body(entry, transaction_id, written)
            if category == "investmentAccount":
                body["runningBalance"] = money(balance)
            kept = None if category == "insuranceAccount" else balance
            yield Row(moment, _encode({_WRAPPERS[category]: body}), kept)


def moment_of(day: date, category: str) -> tuple[int, str]:
    """When a row of the day is posted, in epoch seconds and as written.

    Investments are posted at midnight of US Eastern standard time, everything else in UTC.
    """
    hour = 5 if category == "investmentAccount" else 0
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return int(moment.timestamp()), f"{day.isoformat()}T{hour:02d}:00:00Z"


def _transaction_id(day: date, category: str, place: int) -> str:
    """Unique in the account; within a day it falls from row to row."""
    if category == "investmentAccount":
        return f"{day.toordinal()}{place:04d}"
    return f"30{day:%y%j}{place * 10:07d}"


def _body(entry: Entry, transaction_id: str, written: str) -> dict[str, object]:
    return {
        "accountId": entry.account_id,
        "transactionId": transaction_id,
        "postedTimestamp": written,
        "transactionTimestamp": written,
        "description": entry.description,
        "status": "POSTED",
        "amount": money(entry.cents),
        "debitCreditMemo": "DEBIT" if entry.cents < 0 else "CREDIT",
        "category": entry.kind.category,
        "subCategory": entry.kind.sub_category,
        "transactionType": entry.kind.transaction_type,
        **entry.fields,
    }
