"""Two clocks: one that tests and the sandbox may move, and the machine's own.

Expiry and dates follow a `Clock`; leases, caches and retries follow the real one (`time.monotonic`
or `SystemClock`), because moving a person's calendar must not break a lock.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the current moment as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """The machine's clock plus an offset that can be moved."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    @property
    def offset(self) -> timedelta:
        """How far it is ahead of the machine's clock; behind it, where negative."""
        return self._offset

    def move(self, offset: timedelta) -> None:
        """Be `offset` ahead of the machine's clock from now on."""
        self._offset = offset

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._offset += by
