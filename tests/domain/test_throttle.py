"""Who fails too often waits, at every replica; who does nothing wrong costs no statement."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock
from easement.platform.db import Database, Transaction, UnavailableError
from easement.platform.throttle import (
    WINDOW,
    Key,
    Limit,
    Throttle,
    TooManyAttemptsError,
    attempts,
)

STRICT = Limit("strict", at_most=3)
LOOSE = Limit("loose", at_most=5, uncounted=2)


class FixedClock(MovableClock):
    """A minute into a window, until it is moved."""

    def now(self) -> datetime:
        return datetime(2026, 1, 1, 12, 1, tzinfo=UTC) + self.offset


class CountingDatabase:
    """Counts the units of work that are opened, and can be out."""

    def __init__(self, db: Database) -> None:
        self.dialect = db.dialect
        self._db = db
        self.opened = 0
        self.out = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        self._open()
        async with self._db.transaction() as tx:
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        self._open()
        async with self._db.read() as tx:
            yield tx

    async def close(self) -> None:
        await self._db.close()

    def _open(self) -> None:
        if self.out:
            raise UnavailableError("out")
        self.opened += 1


def keyed_hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:43]


class Replica:
    """One process's throttle."""

    def __init__(self, db: Database, clock: FixedClock) -> None:
        self.db = CountingDatabase(db)
        self.feed = ChangeFeed(self.db)
        self.throttle = Throttle(self.db, self.feed, clock, keyed_hash, [STRICT, LOOSE])


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def replica(db: Database, clock: FixedClock) -> Replica:
    made = Replica(db, clock)
    await made.feed.poll()
    await made.throttle.follow()
    return made


def key(who: str, limit: Limit = STRICT) -> Key:
    return Key(limit, (who,))


@contextmanager
def refused(wait_s: int) -> Iterator[None]:
    with pytest.raises(TooManyAttemptsError) as error:
        yield
    assert error.value.wait_s == wait_s


async def fail(replica: Replica, who: str, times: int = STRICT.at_most) -> None:
    for _ in range(times):
        replica.throttle.check([key(who)])
        await replica.throttle.count([key(who)])


async def test_who_fails_as_often_as_allowed_waits_for_the_rest_of_the_window(
    replica: Replica,
) -> None:
    await fail(replica, "ada")

    with refused(240):
        replica.throttle.check([key("ada")])


async def test_the_limit_that_is_reached_is_told_once(replica: Replica) -> None:
    told = [await replica.throttle.count([key("ada")]) for _ in range(5)]

    assert told == [[], [], [STRICT], [], []]


async def test_nobody_else_waits(replica: Replica) -> None:
    await fail(replica, "ada")

    replica.throttle.check([key("bob"), key("ada", LOOSE)])


async def test_waiting_is_over_with_the_window(replica: Replica, clock: FixedClock) -> None:
    await fail(replica, "ada")
    clock.advance(timedelta(minutes=4))

    replica.throttle.check([key("ada")])
    await fail(replica, "ada", STRICT.at_most - 1)
    replica.throttle.check([key("ada")])


async def test_replicas_count_together(db: Database, clock: FixedClock, replica: Replica) -> None:
    other = Replica(db, clock)
    await other.feed.poll()
    await other.throttle.follow()
    await fail(replica, "ada", 2)
    await fail(other, "ada", 1)

    with refused(240):
        other.throttle.check([key("ada")])
    await replica.feed.poll()
    with refused(240):
        replica.throttle.check([key("ada")])


async def test_a_replica_that_starts_later_knows_who_has_to_wait(
    db: Database, clock: FixedClock, replica: Replica
) -> None:
    await fail(replica, "ada")
    later = Replica(db, clock)
    await later.feed.poll()
    await later.throttle.follow()

    with refused(240):
        later.throttle.check([key("ada")])
    later.throttle.check([key("bob")])


async def test_who_does_nothing_wrong_costs_no_statement_also_while_others_wait(
    replica: Replica,
) -> None:
    await fail(replica, "ada")
    before = replica.db.opened

    for _ in range(100):
        replica.throttle.check([key("bob"), key("bob", LOOSE)])
    await replica.throttle.follow()

    assert replica.db.opened == before


async def test_who_has_to_wait_costs_no_statement_either(replica: Replica) -> None:
    await fail(replica, "ada")
    before = replica.db.opened

    for _ in range(100):
        with pytest.raises(TooManyAttemptsError):
            replica.throttle.check([key("ada")])

    assert replica.db.opened == before


async def test_what_is_usual_is_kept_to_oneself_and_written_once_it_is_not(
    replica: Replica,
) -> None:
    before = replica.db.opened
    for _ in range(LOOSE.uncounted):
        assert await replica.throttle.count([key("ada", LOOSE)]) == []
    assert replica.db.opened == before

    told = [await replica.throttle.count([key("ada", LOOSE)]) for _ in range(3)]
    assert told == [[], [], [LOOSE]]


async def test_neither_names_nor_addresses_are_stored(replica: Replica, db: Database) -> None:
    await fail(replica, "203.0.113.7", 1)

    async with db.read() as tx:
        rows = (await tx.execute(select(attempts))).all()
    assert len(rows) == 1
    assert "203.0.113.7" not in str(rows)


async def test_windows_that_are_over_are_deleted_and_others_kept(
    replica: Replica, db: Database, clock: FixedClock
) -> None:
    await fail(replica, "ada", 1)
    clock.advance(WINDOW)
    await fail(replica, "ada", 2)
    await replica.throttle.forget_old()

    async with db.read() as tx:
        rows = (await tx.execute(select(attempts.c.count))).scalars().all()
    assert rows == [2]


async def test_a_database_that_was_out_is_asked_again_who_has_to_wait(
    db: Database, clock: FixedClock, replica: Replica
) -> None:
    await fail(replica, "ada")
    later = Replica(db, clock)
    later.db.out = True
    with pytest.raises(UnavailableError):
        await later.throttle.follow()
    later.db.out = False
    await later.throttle.follow()

    with refused(240):
        later.throttle.check([key("ada")])
