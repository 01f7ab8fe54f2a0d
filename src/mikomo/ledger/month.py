"""A calendar month and its days."""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple


class Month(NamedTuple):
    """A month of a year; compares and counts in order."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that `day` lies in."""
        return cls(day.year, day.month)

    def plus(self, months: int) -> "Month":
        """The month so many months later, or earlier."""
        year, zero_based = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, zero_based + 1)

    def since(self, earlier: "Month") -> int:
        """How many months lie between the two."""
        return (self.year - earlier.year) * 12 + self.number - earlier.number

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.plus(1).first - timedelta(days=1)

    def banking_day(self, number: int) -> date:
        """The day of that number; at a weekend the next weekday of the month, else the last."""
        return _banking_day(self, number)


@lru_cache(maxsize=4096)
def banking_days(month: Month) -> tuple[date, ...]:
    """The weekdays of the month."""
    days = (month.first + timedelta(days=offset) for offset in range(month.last.day))
    return tuple(day for day in days if day.weekday() < 5)


@lru_cache(maxsize=4096)
def _banking_day(month: Month, number: int) -> date:
    days = banking_days(month)
    return next((day for day in days if day.day >= number), days[-1])
