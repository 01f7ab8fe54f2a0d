"""How often somebody may fail, or try, before they have to wait: counted over all replicas.

The database counts, and only what is suspicious: a failure, or what one process has met too often.
Who has to wait is held in memory, told to all replicas by the change feed, so that who does nothing
wrong costs no statement. Keys are hashes: no address and no name of a client is stored. It follows
the machine's own clock, because moving a sandbox's calendar must not let anybody in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from sqlalchemy import (
    Column,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    or_,
    select,
    text,
)

from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction, UtcDateTime, metadata

attempts = Table(
    "attempts",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("ends_at", UtcDateTime, primary_key=True, index=True),
    Column("limit_name", String(32), nullable=False),
    Column("count", Integer, nullable=False),
)

TOPIC = "throttle"
WINDOW: Final = timedelta(minutes=5)

# Both databases spell it alike; the row itself is the counter.
_COUNT = text(
    "INSERT INTO attempts (key, ends_at, limit_name, count)"
    " VALUES (:key, :ends_at, :limit_name, :by)"
    " ON CONFLICT (key, ends_at) DO UPDATE SET count = attempts.count + excluded.count"
    " RETURNING count"
).bindparams(bindparam("ends_at", type_=UtcDateTime))
_OWN_COUNTS = 50_000


class TooManyAttemptsError(Exception):
    """Refused unseen; `wait_s` whole seconds later it is looked at again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many attempts, {wait_s} s to wait")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Limit:
    """`at_most` times in a window of five minutes. The first `uncounted` of them each process
    keeps to itself: what is usual is written nowhere."""

    name: str
    at_most: int
    uncounted: int = 0


class Key(NamedTuple):
    """Who is counted under which limit; written down as a keyed hash alone."""

    limit: Limit
    who: tuple[str, ...]


class Throttle:
    """Counts under `limits`. `keyed_hash` hashes under a key of the network."""

    def __init__(
        self,
        db: Database,
        feed: ChangeFeed,
        clock: Clock,
        keyed_hash: Callable[..., str],
        limits: Iterable[Limit],
    ) -> None:
        self._db = db
        self._feed = feed
        self._clock = clock
        self._keyed_hash = keyed_hash
        self._limits = tuple(limits)
        self._waiting: dict[str, datetime] = {}
        self._own: dict[tuple[str, datetime], int] = {}
        self._stale = True
        feed.listen(TOPIC, self)

    def check(self, keys: Iterable[Key]) -> None:
        """Raises `TooManyAttemptsError` for who has to wait; asks memory alone."""
        if not self._waiting:
            return
        now = self._clock.now()
        hashes = map(self._hash, keys)
        left = max((self._waiting.get(each, now) for each in hashes), default=now) - now
        if left > timedelta():
            raise TooManyAttemptsError(ceil(left.total_seconds()))

    async def count(self, keys: Sequence[Key]) -> list[Limit]:
        """Count one attempt of somebody; the limits that are reached by it."""
        ends_at = self._window_end()
        hashed = {self._hash(key): key.limit for key in keys}
        due = {each: by for each in hashed if (by := self._due(hashed[each], each, ends_at)) > 0}
        if not due:
            return []
        reached = []
        async with self._db.transaction() as tx:
            # In one order, so that two transactions never wait for each other.
            for each in sorted(due):
                limit = hashed[each]
                if await _count(tx, each, limit, ends_at, due[each]):
                    reached.append(limit)
                    await self._feed.announce(tx, TOPIC, f"{each}@{int(ends_at.timestamp())}")
        return reached

    async def follow(self) -> None:
        """Job: learn who has to wait, at the start and after the feed was away; forget who no
        longer does."""
        now = self._clock.now()
        for key in [key for key, ends_at in self._waiting.items() if ends_at <= now]:
            del self._waiting[key]
        if not self._stale:
            return
        self._stale = False
        reached = or_(
            *(
                (attempts.c.limit_name == limit.name) & (attempts.c.count >= limit.at_most)
                for limit in self._limits
            )
        )
        try:
            async with self._db.read() as tx:
                rows = await tx.execute(
                    select(attempts.c.key, attempts.c.ends_at).where(
                        attempts.c.ends_at > now, reached
                    )
                )
        except BaseException:
            self._stale = True
            raise
        self._waiting |= {row.key: row.ends_at for row in rows}

    async def forget_old(self) -> None:
        """Job: delete counts of windows that are over."""
        async with self._db.transaction() as tx:
            await tx.execute(delete(attempts).where(attempts.c.ends_at < self._clock.now()))

    def forget(self, key: str) -> None:
        """Somebody, here or elsewhere, has reached a limit."""
        key_hash, _, ends_at = key.partition("@")
        self._waiting[key_hash] = datetime.fromtimestamp(int(ends_at), UTC)

    def clear(self) -> None:
        """Somebody may have."""
        self._stale = True

    def _window_end(self) -> datetime:
        """Windows are the same in every process: the clock's five minutes."""
        window_s = int(WINDOW.total_seconds())
        begun = int(self._clock.now().timestamp()) // window_s
        return datetime.fromtimestamp((begun + 1) * window_s, UTC)

    def _hash(self, key: Key) -> str:
        return self._keyed_hash("throttle", key.limit.name, *key.who)

    def _due(self, limit: Limit, key: str, ends_at: datetime) -> int:
        """How many times are to be written now."""
        uncounted = limit.uncounted
        if uncounted == 0:
            return 1
        if len(self._own) >= _OWN_COUNTS:
            self._own.clear()
        own = self._own.get((key, ends_at), 0) + 1
        self._own[key, ends_at] = own
        if own <= uncounted:
            return 0
        return own if own == uncounted + 1 else 1


async def _count(tx: Transaction, key: str, limit: Limit, ends_at: datetime, by: int) -> bool:
    """Whether the limit is reached, by this attempt first of all."""
    values = {"key": key, "ends_at": ends_at, "limit_name": limit.name, "by": by}
    count = int((await tx.execute(_COUNT, values)).scalar_one())
    return count - by < limit.at_most <= count
