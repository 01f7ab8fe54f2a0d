"""Units of work: all or nothing, alone or in a group."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from easement.platform.clock import SystemClock
from easement.platform.db import Database, Transaction, UnavailableError, open_database
from easement.platform.db.sqlite import SqliteDatabase
from easement.platform.outbox import Event, outbox, publish


async def say(tx: Transaction, subject: str) -> None:
    await publish(tx, Event("SAID", subject, SystemClock().now()))


async def said(db: Database) -> list[str]:
    async with db.read() as tx:
        rows = await tx.execute(select(outbox.c.subject).order_by(outbox.c.position))
        return list(rows.scalars())


async def test_what_raises_is_rolled_back_and_its_neighbours_stay(db: Database) -> None:
    async def unit(name: str) -> None:
        async with db.transaction() as tx:
            await say(tx, name)
            if name == "bad":
                raise LookupError(name)

    results = await asyncio.gather(unit("one"), unit("bad"), unit("two"), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), LookupError, type(None)]
    assert sorted(await said(db)) == ["one", "two"]


async def test_callbacks_run_after_the_commit_and_never_after_a_roll_back(db: Database) -> None:
    heard: list[str] = []
    async with db.transaction() as tx:
        tx.after_commit(lambda: heard.append("committed"))
        assert heard == []
    with pytest.raises(LookupError):
        async with db.transaction() as tx:
            tx.after_commit(lambda: heard.append("rolled back"))
            raise LookupError
    assert heard == ["committed"]


async def test_a_cancelled_unit_leaves_nothing_and_blocks_nobody(db: Database) -> None:
    entered = asyncio.Event()

    async def unit() -> None:
        async with db.transaction() as tx:
            await say(tx, "cancelled")
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(unit())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.transaction() as tx:
        await say(tx, "next")
    assert await said(db) == ["next"]


async def test_a_unit_cancelled_while_it_waits_holds_nobody_up(db: Database) -> None:
    """Whoever would have committed for the others may leave."""
    inside, leave = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with db.transaction() as tx:
            await say(tx, "first")
            inside.set()
            await leave.wait()

    async def second() -> None:
        async with db.transaction() as tx:
            await say(tx, "second")

    one = asyncio.create_task(first())
    await inside.wait()
    two = asyncio.create_task(second())
    await asyncio.sleep(0)
    leave.set()
    two.cancel()
    await asyncio.wait_for(one, 10)
    assert "first" in await said(db)


async def test_callbacks_run_even_if_nobody_waits_for_the_commit_any_more(db: Database) -> None:
    heard: list[str] = []

    async def unit() -> None:
        async with db.transaction() as tx:
            await say(tx, "kept")
            tx.after_commit(lambda: heard.append("committed"))

    task = asyncio.create_task(unit())
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)
    async with db.transaction() as tx:
        await say(tx, "next")
    assert heard == ["committed"] * ("kept" in await said(db))


async def test_an_errors_text_quotes_no_values(db: Database) -> None:
    with pytest.raises(IntegrityError) as failure:
        async with db.transaction() as tx:
            twice = Event("SAID", "secret-of-a-consumer", SystemClock().now())
            await publish(tx, twice)
            await publish(tx, twice)
    assert "secret-of-a-consumer" not in str(failure.value)


async def test_reading_cannot_write(db: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only|refused"):
        async with db.read() as tx:
            await say(tx, "read")
    assert await said(db) == []


async def test_a_committed_unit_survives_reopening(url: str) -> None:
    first = await open_database(url)
    async with first.transaction() as tx:
        await say(tx, "kept")
    await first.close()
    second = await open_database(url)
    assert await said(second) == ["kept"]
    await second.close()


class TestSqliteGroups:
    """What only the embedded engine does."""

    @pytest.fixture
    async def embedded(self, tmp_path: Path) -> Any:
        database = await open_database(f"sqlite:///{tmp_path / 'easement.db'}")
        yield database
        await database.close()

    @pytest.fixture
    def commits(self, embedded: SqliteDatabase) -> Callable[[], int]:
        count: list[None] = []
        event.listen(embedded._writer.engine, "commit", lambda _: count.append(None))
        return lambda: len(count)

    async def test_units_that_wait_share_a_commit(
        self, embedded: SqliteDatabase, commits: Callable[[], int]
    ) -> None:
        async def unit(number: int) -> None:
            async with embedded.transaction() as tx:
                await say(tx, str(number))

        await asyncio.gather(*(unit(number) for number in range(40)))
        assert len(await said(embedded)) == 40
        assert commits() < 10

    async def test_a_failed_commit_fails_every_member_and_the_next_unit_works(
        self, embedded: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        commit = embedded._writer.commit
        heard: list[str] = []

        def fail() -> None:
            monkeypatch.setattr(embedded._writer, "commit", commit)
            raise OSError("disk full")

        monkeypatch.setattr(embedded._writer, "commit", fail)

        async def unit(name: str) -> None:
            async with embedded.transaction() as tx:
                await say(tx, name)
                tx.after_commit(lambda: heard.append(name))

        results = await asyncio.gather(unit("a"), unit("b"), return_exceptions=True)
        assert [type(result) for result in results] == [UnavailableError, UnavailableError]
        assert heard == []
        await unit("c")
        assert await said(embedded) == ["c"]

    async def test_a_full_disk_is_told_to_every_member_and_passes(
        self, embedded: SqliteDatabase
    ) -> None:
        """SQLite then rolls back the whole transaction, and its COMMIT does not complain."""
        pages = embedded._writer.exec_driver_sql("PRAGMA page_count").scalar()
        embedded._writer.exec_driver_sql(f"PRAGMA max_page_count={int(pages or 0) + 2}")
        embedded._writer.rollback()
        heard: list[str] = []

        async def unit(name: str, size: int) -> None:
            async with embedded.transaction() as tx:
                filled = Event("SAID", name, SystemClock().now(), {"filling": "x" * size})
                await publish(tx, filled)
                tx.after_commit(lambda: heard.append(name))

        results = await asyncio.gather(
            unit("one", 1), unit("two", 1), unit("big", 100_000), return_exceptions=True
        )
        assert [type(result) for result in results] == [UnavailableError] * 3
        assert heard == []
        assert await said(embedded) == []
        await unit("after", 1)
        assert await said(embedded) == ["after"]

    async def test_a_commit_that_sqlite_refuses_does_not_keep_the_lock(
        self, embedded: SqliteDatabase
    ) -> None:
        async with embedded.transaction() as tx:
            await tx.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
            await tx.execute(
                text(
                    "CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) "
                    "DEFERRABLE INITIALLY DEFERRED)"
                )
            )
        with pytest.raises(UnavailableError):
            async with embedded.transaction() as tx:
                await tx.execute(text("INSERT INTO child VALUES (7)"))
        async with embedded.transaction() as tx:
            await say(tx, "next")
        assert await said(embedded) == ["next"]

    async def test_a_unit_cancelled_while_it_waits_for_another_process_holds_nobody_up(
        self, embedded: SqliteDatabase, tmp_path: Path
    ) -> None:
        import sqlite3

        other = sqlite3.connect(tmp_path / "easement.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        async def unit(name: str) -> None:
            async with embedded.transaction() as tx:
                await say(tx, name)

        waiting = asyncio.create_task(unit("cancelled"))
        while not embedded._turn.locked():
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        other.rollback()
        other.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await unit("next")
        assert await said(embedded) == ["next"]

    async def test_another_process_that_holds_the_lock_is_waited_for_then_reported(
        self, embedded: SqliteDatabase, tmp_path: Path
    ) -> None:
        import sqlite3

        embedded._writer.exec_driver_sql("PRAGMA busy_timeout=50")
        embedded._writer.rollback()
        other = sqlite3.connect(tmp_path / "easement.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnavailableError):
            async with embedded.transaction() as tx:
                await say(tx, "locked out")
        other.rollback()
        other.close()
        async with embedded.transaction() as tx:
            await say(tx, "after")
        assert await said(embedded) == ["after"]
