"""The time, handed in so that a test can move it."""

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Answers the present moment."""

    def now(self) -> int:
        """Seconds since 1970-01-01 UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> int:
        """Seconds since 1970-01-01 UTC."""
        return int(time.time())


class MovableClock:
    """Another clock, ahead of it or behind by so many seconds.

    `keep` is called with each new offset, so that a restart can begin where the clock was left.
    """

    def __init__(self, base: Clock, offset: int, keep: Callable[[int], None]) -> None:
        self._base = base
        self._offset = offset
        self._keep = keep

    @property
    def offset(self) -> int:
        """Seconds by which this clock is ahead of the other."""
        return self._offset

    def now(self) -> int:
        """Seconds since 1970-01-01 UTC, moved."""
        return self._base.now() + self._offset

    def move(self, offset: int) -> None:
        """Be this many seconds ahead of the other clock; 0 is its own time."""
        self._keep(offset)
        self._offset = offset
