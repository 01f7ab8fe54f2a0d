"""Takes call records off the request path and writes them in batches."""

from datetime import timedelta

from easement.activity.batches import CAPACITY, Batches
from easement.activity.model import CallRecord
from easement.activity.store import delete_all, delete_calls, insert_calls
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction

# 12 CFR 1033.351(d): records of access are kept for three years at least.
KEEP = timedelta(days=3 * 366)


class CallRecorder(Batches[CallRecord]):
    """The records of product calls."""

    def __init__(self, db: Database, capacity: int = CAPACITY) -> None:
        super().__init__(db, "call records", insert_calls, capacity)

    async def forget_old(self, clock: Clock) -> None:
        """Job: delete records that need not be kept any longer."""
        async with self._db.transaction() as tx:
            await delete_calls(tx, clock.now() - KEEP)

    async def forget_all(self, tx: Transaction) -> None:
        """Back to the seed: no call was ever made."""
        await delete_all(tx)
