"""How often somebody may do something: so many times in any second, counted in this process.

Each replica counts for itself, so a network of three lets through up to three times the rate. The
count follows the machine's own clock, not the one that the sandbox moves.
"""

import time
from math import ceil

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter


class RateLimit:
    """`per_second` times in any second, for each key on its own."""

    def __init__(self, per_second: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerSecond(per_second)

    async def wait_s(self, key: str) -> int | None:
        """Count one time. Whole seconds to wait if it is one too many, which is not counted;
        None if it is not."""
        if await self._limiter.hit(self._rate, key):
            return None
        stats = await self._limiter.get_window_stats(self._rate, key)
        return max(1, ceil(stats.reset_time - time.time()))
