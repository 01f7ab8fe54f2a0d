"""Takes call records off the request path and writes them in batches."""

import asyncio
import logging
from collections import deque
from datetime import timedelta
from itertools import islice

from easement.activity.model import CallRecord
from easement.activity.store import delete_calls, insert_calls
from easement.platform.clock import Clock
from easement.platform.db import Database, UnavailableError

_log = logging.getLogger(__name__)
_CAPACITY = 20_000
# Small, because turning records into rows and SQLite's insert hold up the event loop.
_BATCH = 100
# 12 CFR 1033.351(d): records of access are kept for three years at least.
_KEEP = timedelta(days=3 * 366)


class CallRecorder:
    """A bounded buffer in front of the table.

    When the database is out for longer than the buffer lasts, the oldest records are lost and
    counted: a call must not wait or fail because it cannot be recorded.
    """

    def __init__(self, db: Database, capacity: int = _CAPACITY) -> None:
        self._db = db
        self._buffer: deque[CallRecord] = deque()
        self._capacity = capacity
        self._taken = 0
        self._lost = 0
        self._turn = asyncio.Lock()
        self._writing: asyncio.Future[None] | None = None

    def record(self, record: CallRecord) -> None:
        """Keep the record for the next flush; never blocks, never raises."""
        if len(self._buffer) >= self._capacity:
            self._buffer.popleft()
            self._taken = max(0, self._taken - 1)
            self._lost += 1
        self._buffer.append(record)

    async def flush(self) -> None:
        """Write all that is buffered, a transaction a batch.

        A batch leaves the buffer once it is durable; a database out of reach is tried again at the
        next flush. A cancelled caller does not stop the write: cut off between commit and removal,
        the next flush would write the same records again.
        """
        self._writing = asyncio.ensure_future(self._write())
        await asyncio.shield(self._writing)

    async def forget_old(self, clock: Clock) -> None:
        """Job: delete records that need not be kept any longer."""
        async with self._db.transaction() as tx:
            await delete_calls(tx, clock.now() - _KEEP)

    async def _write(self) -> None:
        async with self._turn:
            if self._lost:
                _log.error("%d call records were lost: the buffer was full", self._lost)
                self._lost = 0
            try:
                while self._buffer:
                    await self._write_batch()
            except UnavailableError as error:
                _log.warning("%d call records wait: %s", len(self._buffer), error)

    async def _write_batch(self) -> None:
        batch = list(islice(self._buffer, _BATCH))
        self._taken = len(batch)
        async with self._db.transaction() as tx:
            await insert_calls(tx, batch)
        # Records dropped meanwhile were of this batch, whose rest still heads the buffer.
        for _ in range(self._taken):
            self._buffer.popleft()
