"""What every plan in a data file's `ledger` has in common."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec

from mikomo.ledger.entry import Entry
from mikomo.ledger.month import Month

BEGINNING = Month(2020, 1)
"""No book reaches further back: what a rolling account holds is what it has gained since."""


class Plan(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    tag_field="profile",
    forbid_unknown_fields=True,
):
    """The rows to make for one account; the profile (the tag) says which habits they follow."""

    account_id: str
    seed: str = ""
    """What the choices depend on beside the account and the month; the user name if empty."""
    months: int = 24
    """How many whole months before the present one have rows."""

    def __post_init__(self) -> None:
        """Refuse what the field's type allows and a calendar does not."""
        if not 0 <= self.months <= 120:
            raise ValueError("expected months to be 0 to 120")

    def opening(self) -> int:
        """The balance in cents at the beginning, before the first entry."""
        return 0

    @abstractmethod
    def entries(self, month: Month) -> Iterable[Entry]:
        """What happens in the month, on this account and on those it deals with."""


def cents(amount: Decimal) -> int:
    """Whole cents of an amount written in dollars."""
    return int((amount * 100).to_integral_value())


def month_of(day: date | None) -> Month:
    """The month of a day; without one, the beginning of all books."""
    return BEGINNING if day is None else Month.of(day)
