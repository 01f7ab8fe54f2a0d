"""The plan of a loan that is paid back in equal instalments, and of an insurance policy."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from mikomo.ledger import entry as kinds
from mikomo.ledger.entry import Entry, Kind, money
from mikomo.ledger.month import Month
from mikomo.ledger.plan import BEGINNING, Plan, cents

_ACCRUED = Kind("INTEREST", "6012", "INTEREST")
_FEE = Kind("FEE", "6012", "LATE_FEE")
_INSTALMENT = Kind("PAYMENT", "6012", "PAYMENT")
_ESCROW = Kind("ADJUSTMENT", "6012", "ESCROW")
_PREMIUM = Kind("PAYMENT", "6300", "PREMIUM")

_LATE_FEE = 3500


class Instalment(NamedTuple):
    """One month of a loan, in cents; `left` is the principal after it."""

    interest: int
    principal: int
    left: int


class Loan(Plan, frozen=True, kw_only=True, tag="loan"):
    """An amortized loan: each month interest accrues and one instalment is paid."""

    principal: Decimal
    """What was lent."""
    rate: Decimal
    """The interest of a year, as a share."""
    term: int
    """In months."""
    originated: date
    day: int = 5
    """The day of the month that an instalment is due."""
    escrow: Decimal = Decimal(0)
    """Paid beside each instalment, for taxes and insurance."""
    months_late: int = 0
    """How many months after its day each instalment comes, for a late fee."""
    pays_from: str | None = None
    """The account of this person that the instalments come from."""

    def __post_init__(self) -> None:
        """Refuse what cannot be paid back."""
        super().__post_init__()
        if self.principal <= 0 or not 0 <= self.rate < 1 or not 1 <= self.term <= 600:
            raise ValueError("expected principal above 0, rate 0 to 1 and term 1 to 600")

    def opening(self) -> int:
        """The principal left in January 2020; all of it for a later loan."""
        done = BEGINNING.since(Month.of(self.originated)) - 1
        schedule = self.schedule()
        return cents(self.principal) if done <= 0 else schedule[min(done, self.term) - 1].left

    def entries(self, month: Month) -> Iterable[Entry]:
        """The interest of this month's instalment, and the instalment that is paid in it."""
        due = self._instalment(month)
        if due is not None:
            day = month.banking_day(self.day)
            yield Entry(self.account_id, day, -due.interest, "INTEREST", _ACCRUED)
            if self.months_late:
                day = month.banking_day(self.day + 15)
                yield Entry(self.account_id, day, -_LATE_FEE, "LATE PAYMENT FEE", _FEE)
        paid = self._instalment(month.plus(-self.months_late))
        if paid is not None:
            yield from self._payment(paid, month)

    def schedule(self) -> tuple[Instalment, ...]:
        """All instalments, from the month after the loan was made."""
        return _schedule(cents(self.principal), self.rate / 12, self.term)

    def _instalment(self, month: Month) -> Instalment | None:
        number = month.since(Month.of(self.originated)) - 1
        first = BEGINNING.since(Month.of(self.originated)) - 1
        return self.schedule()[number] if max(first, 0) <= number < self.term else None

    def _payment(self, paid: Instalment, month: Month) -> Iterator[Entry]:
        day = month.banking_day(self.day)
        fee = _LATE_FEE if self.months_late else 0
        escrow = cents(self.escrow)
        total = paid.interest + paid.principal + fee + escrow
        parts = {
            "principalAmount": money(paid.principal),
            "interestAmount": money(paid.interest),
            "escrowAmount": money(escrow),
            "feesAmount": money(fee),
        }
        text = "INSTALMENT RECEIVED"
        yield Entry(self.account_id, day, total, text, _INSTALMENT, {"paymentDetails": parts})
        if escrow:
            yield Entry(self.account_id, day, -escrow, "MOVED TO ESCROW", _ESCROW)
        if self.pays_from:
            kind = kinds.MORTGAGE_PAYMENT if escrow else kinds.LOAN_PAYMENT
            text = "MIKOMO HOME LOANS" if escrow else "MIKOMO LOAN INSTALMENT"
            yield Entry(self.pays_from, day, -total, text, kind)


class Policy(Plan, frozen=True, kw_only=True, tag="insurance"):
    """An insurance policy whose premium is paid every month or every January."""

    premium: Decimal
    term: Literal["MONTHLY", "ANNUAL"] = "MONTHLY"
    pays_from: str | None = None
    """The account of this person that the premiums come from."""

    def entries(self, month: Month) -> Iterable[Entry]:
        """The premium, where one is due."""
        if self.term == "ANNUAL" and month.number != 1:
            return
        day = month.banking_day(10)
        paid = cents(self.premium)
        yield Entry(self.account_id, day, paid, "PREMIUM RECEIVED", _PREMIUM)
        if self.pays_from:
            text = "MIKOMO INSURANCE PREMIUM"
            yield Entry(self.pays_from, day, -paid, text, kinds.PREMIUM)


@lru_cache(maxsize=64)
def _schedule(principal: int, rate: Decimal, term: int) -> tuple[Instalment, ...]:
    growth = (1 + rate) ** term
    paid = int(principal * rate * growth / (growth - 1)) if rate else principal // term
    left = principal
    found: list[Instalment] = []
    for number in range(term):
        interest = int(left * rate)
        reduces = left if number == term - 1 else min(left, paid - interest)
        left -= reduces
        found.append(Instalment(interest, reduces, left))
    return tuple(found)
