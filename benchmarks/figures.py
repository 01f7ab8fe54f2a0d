"""Figures of several rounds: the median says what to expect, least and most how far to trust it."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and most of the rounds, in the unit of what was measured."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(self.least)} to {_short(self.most)})"


def spread(values: Iterable[float]) -> Spread:
    """Of at least one value."""
    known = list(values)
    return Spread(median(known), min(known), max(known))


def ratios(dividends: Iterable[float], divisors: Iterable[float]) -> Spread:
    """Of figures taken in the same round, so that a slow moment of the machine cancels out."""
    return spread(one / other for one, other in zip(dividends, divisors, strict=True))


def _short(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.2g}"
