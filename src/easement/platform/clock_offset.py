"""The offset of a movable clock, kept in the database so that all processes tell the same time.

Moved in one process, it moves in the others within the change feed's promised second, and stands
where it was after a restart.
"""

from datetime import timedelta

from sqlalchemy import BigInteger, Column, Integer, Table, insert, select, update

from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock
from easement.platform.db import Database, Transaction, metadata

TOPIC = "clock"

clock_offset = Table(
    "clock_offset",
    metadata,
    Column("only_row", Integer, primary_key=True, autoincrement=False),
    Column("seconds", BigInteger, nullable=False),
)

_ONLY_ROW = 1


class ClockOffset:
    """Moves `clock` here and wherever else the database is used."""

    def __init__(self, db: Database, feed: ChangeFeed, clock: MovableClock) -> None:
        self._db = db
        self._clock = clock
        self._feed = feed
        self._known = 0
        self._stale = True
        feed.listen(TOPIC, self)

    async def move(self, tx: Transaction, offset: timedelta) -> None:
        """Be `offset` (whole seconds) ahead of the machine's clock once `tx` is durable."""
        seconds = round(offset.total_seconds())
        await tx.exclusively(TOPIC)
        moved = await tx.execute(update(clock_offset).values(seconds=seconds))
        if moved.rowcount == 0:
            await tx.execute(insert(clock_offset).values(only_row=_ONLY_ROW, seconds=seconds))
        await self._feed.announce(tx, TOPIC, "offset")
        tx.after_commit(lambda: self._move_to(seconds))

    async def follow(self) -> None:
        """Job: take over the offset that another process set; first of all the stored one."""
        if not self._stale:
            return
        self._stale = False
        try:
            async with self._db.read() as tx:
                seconds = (await tx.execute(select(clock_offset.c.seconds))).scalar() or 0
        except BaseException:
            self._stale = True
            raise
        if seconds != self._known:
            self._move_to(seconds)

    def forget(self, key: str) -> None:  # noqa: ARG002 - there is one fact only
        """It was moved."""
        self._stale = True

    def clear(self) -> None:
        """It may have been moved."""
        self._stale = True

    def _move_to(self, seconds: int) -> None:
        self._known = seconds
        self._clock.move(timedelta(seconds=seconds))
