"""The right to use a connection's refresh token: a lease in the database, for one at a time.

Taken by one conditional UPDATE with an expiry, so that no transaction is held over the call to the
bank, and a process that dies does not keep it.
"""

from datetime import timedelta

from easement.platform.clock import SystemClock
from easement.platform.db import Transaction
from easement.platform.ids import new_id
from easement.providers import store

# Longer than the bank's token endpoint is waited for, and new tokens are tried to be stored.
_LASTS = timedelta(seconds=20)


class Leases:
    """Follow the true clock: moving a sandbox's calendar must not break a lock."""

    def __init__(self) -> None:
        self._clock = SystemClock()

    def new_holder(self) -> str:
        """Names one who would hold a lease."""
        return new_id("lease")

    async def claim(self, tx: Transaction, connection_id: str, holder: str) -> bool:
        """True for exactly one of many callers, until it is released or has run out."""
        return await store.claim_lease(tx, connection_id, holder, self._clock.now(), _LASTS)

    async def release(self, tx: Transaction, connection_id: str, holder: str) -> None:
        """Give the lease back, if it is still held."""
        await store.release_lease(tx, connection_id, holder)
