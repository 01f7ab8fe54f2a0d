"""The books of one person: every account's entries, rows and balances at any moment."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter

import msgspec

from mikomo.ledger.credit import CreditCard, LineOfCredit
from mikomo.ledger.deposits import BusinessChecking, Checking, Savings, SettledPlan
from mikomo.ledger.entry import Entry
from mikomo.ledger.history import CheckingHistory
from mikomo.ledger.investments import Brokerage, InvestmentPlan, Retirement, StockPlan
from mikomo.ledger.loans import Loan, Policy
from mikomo.ledger.month import Month
from mikomo.ledger.plan import BEGINNING, Plan
from mikomo.ledger.rows import LIABILITIES, moment_of, rows_of
from mikomo.person import Row

RollingPlan = (
    Checking
    | BusinessChecking
    | Savings
    | CreditCard
    | LineOfCredit
    | Loan
    | Policy
    | Brokerage
    | Retirement
    | StockPlan
)
AnyPlan = RollingPlan | CheckingHistory
"""What may stand in a data file's `ledger`."""


class Books:
    """Made on demand and kept: a month is written once, whenever it is asked for."""

    def __init__(self, seed: str, plans: Sequence[AnyPlan], categories: Mapping[str, str]) -> None:
        """`categories` names each account's category (depositAccount); ValueError on a stranger."""
        self._categories = categories
        self._rolling: dict[str, Plan] = {}
        self._fixed: dict[str, CheckingHistory] = {}
        for unseeded in plans:
            plan = msgspec.structs.replace(unseeded, seed=unseeded.seed or seed)
            if isinstance(plan, CheckingHistory):
                self._fixed[plan.account_id] = plan
            else:
                self._rolling[plan.account_id] = plan
        _check(plans, self._rolling, categories)
        self._gained: dict[Month, dict[str, int]] = {}
        # A window of 24 months and the year-to-date sums of its accounts fit.
        self._month = lru_cache(maxsize=64)(self._write_month)
        self._rows = lru_cache(maxsize=512)(self._write_rows)
        self._fixed_rows = lru_cache(maxsize=None)(self._write_fixed_rows)

    def rows(self, account_id: str, now: int) -> Sequence[Row]:
        """The rows that have happened by `now`, oldest first; a fixed history is always whole."""
        if account_id in self._fixed:
            return self._fixed_rows(account_id)
        if account_id not in self._rolling:
            return ()
        found = self._window(account_id, now)
        return found[: bisect_right(found, now, key=attrgetter("moment"))]

    def entries(self, account_id: str, month: Month, now: int) -> Iterator[Entry]:
        """What has happened in the month by `now`, on an account with a rolling plan."""
        category = self._categories[account_id]
        for entry in self._month(month).get(account_id, ()):
            if moment_of(entry.day, category)[0] <= now:
                yield entry

    def balance(self, account_id: str, now: int) -> int | None:
        """The balance in cents at `now`; None for an account without a plan."""
        if account_id in self._fixed:
            return self._fixed[account_id].ends_with()
        if account_id not in self._rolling:
            return None
        month = Month.of(day_of(now))
        gained = sum(entry.cents for entry in self.entries(account_id, month, now))
        sign = -1 if self._categories[account_id] in LIABILITIES else 1
        return self._opening(account_id, month) + sign * gained

    def _window(self, account_id: str, now: int) -> list[Row]:
        present = Month.of(day_of(now))
        months = min(self._rolling[account_id].months, max(present.since(BEGINNING), 0))
        return [
            row
            for back in range(months, -1, -1)
            for row in self._rows(account_id, present.plus(-back))
        ]

    def _write_rows(self, account_id: str, month: Month) -> tuple[Row, ...]:
        entries = self._month(month).get(account_id, ())
        opening = self._opening(account_id, month)
        return tuple(rows_of(entries, self._categories[account_id], opening))

    def _write_fixed_rows(self, account_id: str) -> tuple[Row, ...]:
        plan = self._fixed[account_id]
        entries = plan.entries()
        opening = plan.ends_with() - sum(entry.cents for entry in entries)
        return tuple(rows_of(entries, self._categories[account_id], opening))

    def _opening(self, account_id: str, month: Month) -> int:
        """The balance before the month's first entry."""
        sign = -1 if self._categories[account_id] in LIABILITIES else 1
        balance = self._rolling[account_id].opening()
        for number in range(max(month.since(BEGINNING), 0)):
            balance += sign * self._gain(account_id, BEGINNING.plus(number))
        return balance

    def _gained_before(self, account_id: str, december: Month) -> int:
        return sum(self._gain(account_id, december.plus(-back)) for back in range(1, 12))

    def _gain(self, account_id: str, month: Month) -> int:
        if month not in self._gained:
            accounts = self._month(month)
            sums = {name: sum(e.cents for e in entries) for name, entries in accounts.items()}
            self._gained[month] = sums
        return self._gained[month].get(account_id, 0)

    def _write_month(self, month: Month) -> Mapping[str, Sequence[Entry]]:
        if month < BEGINNING:
            return {}
        accounts: dict[str, list[Entry]] = {name: [] for name in self._rolling}
        for plan in self._rolling.values():
            for entry in plan.entries(month):
                accounts[entry.account_id].append(entry)
        for plan in self._rolling.values():
            if isinstance(plan, SettledPlan):
                for entry in self._settlement(plan, accounts[plan.account_id], month):
                    accounts[entry.account_id].append(entry)
        for plan in self._rolling.values():
            if isinstance(plan, Savings) and month.number == 12:
                own = accounts[plan.account_id]
                gained = self._gained_before(plan.account_id, month)
                own += plan.settlement(gained + sum(entry.cents for entry in own), month)
        for entries in accounts.values():
            entries.sort(key=attrgetter("day"))
        return accounts

    def _settlement(self, plan: SettledPlan, own: Sequence[Entry], month: Month) -> Iterator[Entry]:
        for entry in list(plan.settlement(own, month)):
            yield entry
            receiver = self._rolling.get(entry.account_id)
            if isinstance(receiver, Savings) and receiver.invests_into and entry.cents > 0:
                broker = self._rolling[receiver.invests_into]
                if isinstance(broker, InvestmentPlan):
                    yield from _invest(receiver, broker, entry)


def day_of(now: int) -> date:
    """The day of a moment, in UTC."""
    return datetime.fromtimestamp(now, UTC).date()


def _invest(savings: Savings, broker: InvestmentPlan, settled: Entry) -> Iterator[Entry]:
    half = settled.cents // 2
    text = "TRANSFER TO MIKOMO INVEST"
    yield Entry(savings.account_id, settled.day, -half, text, settled.kind)
    yield from broker.receive(settled.day, half, "TRANSFER FROM MIKOMO SAVINGS")


def _check(
    plans: Sequence[AnyPlan], rolling: Mapping[str, Plan], categories: Mapping[str, str]
) -> None:
    seen: set[str] = set()
    for plan in plans:
        expected = _CATEGORIES[type(plan)]
        if categories.get(plan.account_id) not in expected:
            raise ValueError(
                f"expected accountId {plan.account_id!r} of a ledger to be an account of this"
                f" person with the category {' or '.join(expected)}"
            )
        if plan.account_id in seen:
            raise ValueError(f"expected one plan for account {plan.account_id!r}, found two")
        seen.add(plan.account_id)
        for member in ("pays_from", "settles_into", "invests_into"):
            other = getattr(plan, member, None)
            if other is not None and not isinstance(rolling.get(other), _OTHER_SIDE[member]):
                raise ValueError(
                    f"expected {_wire(member)} of {plan.account_id!r} to be another account with a"
                    f" rolling plan of a fitting profile, found {other!r}"
                )


def _wire(member: str) -> str:
    first, second = member.split("_")
    return first + second.capitalize()


_OTHER_SIDE: dict[str, tuple[type, ...]] = {
    "pays_from": (SettledPlan, Savings),
    "settles_into": (Savings,),
    "invests_into": (InvestmentPlan,),
}

_DEPOSITS = ("depositAccount",)
_INVESTMENTS = ("investmentAccount",)
_CATEGORIES: dict[type, tuple[str, ...]] = {
    Checking: _DEPOSITS,
    CheckingHistory: _DEPOSITS,
    BusinessChecking: _DEPOSITS,
    Savings: _DEPOSITS,
    CreditCard: ("locAccount",),
    LineOfCredit: ("locAccount",),
    Loan: ("loanAccount",),
    Policy: ("insuranceAccount",),
    Brokerage: _INVESTMENTS,
    Retirement: _INVESTMENTS,
    StockPlan: _INVESTMENTS,
}
