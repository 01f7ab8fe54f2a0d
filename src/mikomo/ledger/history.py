"""A fixed number of checking rows between two days that never moves on."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from mikomo.ledger.chance import Chance
from mikomo.ledger.deposits import Checking
from mikomo.ledger.entry import Entry
from mikomo.ledger.month import Month
from mikomo.ledger.plan import cents
from mikomo.ledger.spending import purchases


class CheckingHistory(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    tag_field="profile",
    tag="checkingHistory",
    forbid_unknown_fields=True,
):
    """Exactly `count` rows from `first` to `last`, both included, ending at `ends_at`."""

    account_id: str
    seed: str = ""
    """What the choices depend on beside the account; the user name if empty."""
    count: int
    first: date
    last: date
    ends_at: Decimal
    salary: Decimal = Decimal("5200.00")
    rent: Decimal = Decimal("2450.00")
    on_paper_only: bool = False
    """The rows stand on the account's statements, and the data API has none of them."""

    def __post_init__(self) -> None:
        """A row needs a day to stand on."""
        if not 0 <= self.count <= 100_000:
            raise ValueError("expected count to be 0 to 100000")
        if not self._days():
            raise ValueError("expected a weekday from first to last")

    def entries(self) -> list[Entry]:
        """All of them by day: what comes round, then purchases for the rest of the number."""
        regular = list(self._regular())[: self.count]
        chance = Chance(self.seed, self.account_id, "purchases")
        rest = purchases(self.account_id, self._days(), self.count - len(regular), chance)
        return sorted((*regular, *rest), key=lambda entry: entry.day)

    def ends_with(self) -> int:
        """The balance in cents after the last of them."""
        return cents(self.ends_at)

    def _regular(self) -> Iterator[Entry]:
        habits = Checking(
            account_id=self.account_id,
            seed=self.seed,
            ends_at=self.ends_at,
            salary=self.salary,
            rent=self.rent,
        )
        month = Month.of(self.first)
        while month <= Month.of(self.last):
            for entry in habits.regular(month, Chance(self.seed, self.account_id, *month)):
                if self.first <= entry.day <= self.last:
                    yield entry
            month = month.plus(1)

    def _days(self) -> list[date]:
        span = (self.last - self.first).days + 1
        days = (self.first + timedelta(days=number) for number in range(span))
        return [day for day in days if day.weekday() < 5]
