"""The time, handed in so that a test can move it."""

import time
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
