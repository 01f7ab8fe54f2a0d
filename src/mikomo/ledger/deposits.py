"""The plans of deposit accounts: checking, business checking and savings."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from mikomo.ledger import entry as kinds
from mikomo.ledger.chance import Chance
from mikomo.ledger.entry import Entry, Kind
from mikomo.ledger.merchants import CLIENTS, HOUSEHOLD, SUBSCRIPTIONS, SUPPLIERS
from mikomo.ledger.month import Month, banking_days
from mikomo.ledger.plan import Plan, cents
from mikomo.ledger.spending import bill, purchases, seasonal


class Income(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Money that comes in every month on one day: a pension, an annuity, a rent received."""

    description: str
    amount: Decimal
    day: int = 1


class SettledPlan(Plan, frozen=True, kw_only=True):
    """An account whose surplus moves on, so that it ends at the balance it is planned to have."""

    ends_at: Decimal
    """The balance at the end of every month, or of every day, or after the last of `count` rows."""
    settles: Literal["monthly", "daily"] = "monthly"
    settles_into: str | None = None
    """The account on the other side of that transfer; without one it is outside the bank."""

    def opening(self) -> int:
        """What it also ends at."""
        return cents(self.ends_at)

    def settlement(self, own: Sequence[Entry], month: Month) -> Iterator[Entry]:
        """The transfers that bring the month's `own` entries back to nothing."""
        if self.settles == "monthly":
            yield from self._settle(sum(entry.cents for entry in own), banking_days(month)[-1])
            return
        surplus: dict[date, int] = {}
        for entry in own:
            surplus[entry.day] = surplus.get(entry.day, 0) + entry.cents
        for day, gained in surplus.items():
            yield from self._settle(gained, day)

    def _settle(self, surplus: int, day: date) -> Iterator[Entry]:
        other = "SAVINGS" if self.settles_into else "MONEY FUND"
        if surplus:
            way = "TO" if surplus > 0 else "FROM"
            text = f"AUTOMATIC TRANSFER {way} {other}"
            yield Entry(self.account_id, day, -surplus, text, kinds.TRANSFER)
        if surplus and self.settles_into:
            way = "FROM" if surplus > 0 else "TO"
            text = f"AUTOMATIC TRANSFER {way} CHECKING"
            yield Entry(self.settles_into, day, surplus, text, kinds.TRANSFER)


class Checking(SettledPlan, frozen=True, kw_only=True, tag="checking"):
    """A household's account: pay, rent, bills, purchases, cash, checks, fees."""

    salary: Decimal = Decimal("2450.00")
    """Net pay, twice a month."""
    employer: str = "NORTHWIND INSTRUMENTS"
    rent: Decimal = Decimal(0)
    incomes: tuple[Income, ...] = ()
    spending: int = 24
    """Everyday purchases a month."""
    checks: int = 2
    """Checks written a month."""
    bills: bool = True
    travels: bool = True
    """Journeys in July and presents in December are paid from here."""
    overdrawn: bool = False
    """The rent comes before the pay: each month the account goes below zero, for a fee."""

    def entries(self, month: Month) -> Iterable[Entry]:
        """One month of the household."""
        chance = Chance(self.seed, self.account_id, *month)
        yield from self.regular(month, chance)
        yield from purchases(self.account_id, banking_days(month), self.spending, chance)
        if self.travels:
            yield from seasonal(self.account_id, month, chance)

    def regular(self, month: Month, chance: Chance) -> Iterator[Entry]:
        """What comes round every month, in the order of the household's accounts."""
        yield from self._income(month)
        if self.rent:
            yield self._entry(
                month.banking_day(1), -cents(self.rent), "OAK TERRACE APARTMENTS", kinds.RENT
            )
        if self.overdrawn:
            yield self._entry(month.banking_day(2), -3500, "OVERDRAFT FEE", kinds.FEE)
        for due in (*SUBSCRIPTIONS, *HOUSEHOLD) if self.bills else SUBSCRIPTIONS:
            yield bill(self.account_id, month, due, chance)
        yield from self._cash(month, chance)
        for number in range(self.checks):
            fields = {"checkNumber": 1001 + month.since(Month(2015, 1)) * self.checks + number}
            day = month.banking_day(chance.between(2, 25))
            amount = -chance.between(2500, 42500)
            yield Entry(self.account_id, day, amount, "CHECK", kinds.CHECK, fields)

    def _income(self, month: Month) -> Iterator[Entry]:
        if self.salary:
            for day in (month.banking_day(15), banking_days(month)[-1]):
                text = f"{self.employer} PAYROLL"
                yield self._entry(day, cents(self.salary), text, kinds.PAYROLL)
        for income in self.incomes:
            day = month.banking_day(income.day)
            yield self._entry(day, cents(income.amount), income.description, kinds.PAYROLL)

    def _cash(self, month: Month, chance: Chance) -> Iterator[Entry]:
        for day in (chance.between(1, 12), chance.between(16, 26)):
            amount = -2000 * chance.between(1, 8)
            yield self._entry(month.banking_day(day), amount, "ATM WITHDRAWAL", kinds.CASH)
            if chance.happens(0.2):
                text = "OUT OF NETWORK ATM FEE"
                yield self._entry(month.banking_day(day), -300, text, kinds.FEE)
        if chance.happens(0.35):
            day = chance.between(4, 26)
            refund = chance.between(1200, 9900)
            yield self._entry(
                month.banking_day(day), refund, "EVERYTHING CRATE ONLINE REFUND", kinds.REFUND
            )

    def _entry(self, day: date, amount: int, description: str, kind: Kind) -> Entry:
        return Entry(self.account_id, day, amount, description, kind)


class BusinessChecking(SettledPlan, frozen=True, kw_only=True, tag="businessChecking"):
    """A small firm's account: clients pay by transfer and check, suppliers and staff are paid."""

    clients: int = 6
    """Payments received a month."""
    payroll: Decimal = Decimal("4200.00")
    """Wages, twice a month."""

    def entries(self, month: Month) -> Iterable[Entry]:
        """One month of the firm."""
        chance = Chance(self.seed, self.account_id, *month)
        for number in range(self.clients):
            day = month.banking_day(chance.between(1 + 4 * number, 4 + 4 * number))
            transfer = chance.happens(0.7)
            kind = kinds.PAYROLL if transfer else kinds.DEPOSIT
            text = f"{chance.pick(CLIENTS)} INVOICE {chance.between(2000, 9899)}"
            kind = Kind(kind.transaction_type, "6012", "SALES")
            amount = chance.between(180000, 520000)
            yield Entry(self.account_id, day, amount, text, kind)
        for due in SUPPLIERS:
            yield bill(self.account_id, month, due, chance)
        for day in (month.banking_day(14), month.banking_day(28)):
            kind = Kind("BILLPAYMENT", "6012", "PAYROLL")
            amount = -cents(self.payroll)
            yield Entry(self.account_id, day, amount, "STAFF PAYROLL", kind)
        yield Entry(
            self.account_id, banking_days(month)[-1], -1800, "MONTHLY SERVICE FEE", kinds.FEE
        )


class Savings(Plan, frozen=True, kw_only=True, tag="savings"):
    """Money put aside: monthly interest, and transfers from the accounts that settle into it."""

    ends_at: Decimal
    """The balance at the end of every year."""
    yearly_transfer: str = "TRANSFER TO OUTSIDE ACCOUNT"
    """How the transfer reads that takes a year's gain away in December."""
    rate: Decimal = Decimal("0.035")
    """The interest of a year on what it ends at, as a share."""
    deposit: Decimal = Decimal(0)
    """A deposit from outside the bank, every month on the 6th."""
    invests_into: str | None = None
    """An investment account that half of every settled surplus goes on to."""

    def opening(self) -> int:
        """What it also ends at."""
        return cents(self.ends_at)

    def entries(self, month: Month) -> Iterable[Entry]:
        """The month's own movements."""
        if self.deposit:
            day = month.banking_day(6)
            yield Entry(
                self.account_id, day, cents(self.deposit), "DEPOSIT FROM OUTSIDE", kinds.DEPOSIT
            )
        interest = int(cents(self.ends_at) * self.rate / 12)
        if interest > 0:
            day = banking_days(month)[-1]
            text = "INTEREST PAID THIS PERIOD"
            yield Entry(self.account_id, day, interest, text, kinds.INTEREST)

    def settlement(self, gained: int, month: Month) -> Iterator[Entry]:
        """The transfer in December that takes away what the year has gained."""
        if month.number == 12 and gained:
            day = banking_days(month)[-1]
            yield Entry(self.account_id, day, -gained, self.yearly_transfer, kinds.TRANSFER)
