"""A bounded buffer in front of a table, written in batches beside the requests."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from easement.platform.db import Database, Transaction, UnavailableError

T = TypeVar("T")

_log = logging.getLogger(__name__)
CAPACITY = 20_000
# Small, because turning records into rows and SQLite's insert hold up the event loop.
_BATCH = 100


class Batches(Generic[T]):
    """Records of one sort, called `name`, that `insert` writes.

    When the database is out for longer than the buffer lasts, the oldest records are lost and
    counted: a request must not wait or fail because it cannot be recorded.
    """

    def __init__(
        self,
        db: Database,
        name: str,
        insert: Callable[[Transaction, Sequence[T]], Awaitable[None]],
        capacity: int = CAPACITY,
    ) -> None:
        self._db = db
        self._name = name
        self._insert = insert
        self._buffer: deque[T] = deque()
        self._capacity = capacity
        self._taken = 0
        self._lost = 0
        self._turn = asyncio.Lock()
        self._writing: asyncio.Future[None] | None = None

    def record(self, record: T) -> None:
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

    async def _write(self) -> None:
        async with self._turn:
            if self._lost:
                _log.error("%d %s were lost: the buffer was full", self._lost, self._name)
                self._lost = 0
            try:
                while self._buffer:
                    await self._write_batch()
            except UnavailableError as error:
                _log.warning("%d %s wait: %s", len(self._buffer), self._name, error)

    async def _write_batch(self) -> None:
        batch = list(islice(self._buffer, _BATCH))
        self._taken = len(batch)
        async with self._db.transaction() as tx:
            await self._insert(tx, batch)
        # Records dropped meanwhile were of this batch, whose rest still heads the buffer.
        for _ in range(self._taken):
            self._buffer.popleft()
