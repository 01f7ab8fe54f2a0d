"""Call records reach the table in batches, or are counted as lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from easement.activity.model import CallRecord
from easement.activity.service import CallRecorder
from easement.activity.tables import calls
from easement.platform.db import Database, Transaction, UnavailableError

RECORD = CallRecord(
    at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    interaction_id="Root=1-00000000-000000000000000000000000",
    app_id="app1",
    grant_id="grant1",
    provider_id="mikomo",
    product="balances",
    version="v3",
    status=404,
    code=701,
    bank_ms=1.5,
    total_ms=2.5,
    interaction_type="user",
    intent_type="nonpayments",
    last_access=datetime(2025, 12, 31, tzinfo=UTC),
)


class Outage:
    """A database that can be out, or make a writer wait at the point of commit."""

    def __init__(self, db: Database) -> None:
        self.dialect = db.dialect
        self._db = db
        self.out = False
        self.gate: asyncio.Event | None = None
        self.committed = asyncio.Event()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        if self.out:
            raise UnavailableError("out")
        async with self._db.transaction() as tx:
            yield tx
        self.committed.set()
        if self.gate is not None:
            await self.gate.wait()


async def stored(db: Database) -> list[Any]:
    async with db.read() as tx:
        return list((await tx.execute(select(calls).order_by(calls.c.position))).all())


async def test_a_record_is_stored_as_it_was_taken(db: Database) -> None:
    recorder = CallRecorder(db)
    bare = replace(
        RECORD, app_id=None, grant_id=None, provider_id=None, code=None, interaction_type=None,
        intent_type=None, last_access=None,
    )  # fmt: skip
    recorder.record(RECORD)
    recorder.record(bare)
    assert await stored(db) == []
    await recorder.flush()
    rows = [row._asdict() for row in await stored(db)]
    assert [row.pop("position") for row in rows] == [1, 2]
    assert rows == [asdict(RECORD), asdict(bare)]


async def test_flushing_again_writes_nothing_twice(db: Database) -> None:
    recorder = CallRecorder(db)
    for status in range(2_500):
        recorder.record(replace(RECORD, status=status))
    await asyncio.gather(recorder.flush(), recorder.flush())
    await recorder.flush()
    assert [row.status for row in await stored(db)] == list(range(2_500))


async def test_a_full_buffer_loses_its_oldest_and_says_how_many(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = CallRecorder(db, capacity=3)
    for status in range(5):
        recorder.record(replace(RECORD, status=status))
    await recorder.flush()
    assert [row.status for row in await stored(db)] == [2, 3, 4]
    assert "2 call records were lost" in caplog.text
    caplog.clear()
    await recorder.flush()
    assert caplog.text == ""


async def test_records_wait_for_a_database_that_is_out(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    outage = Outage(db)
    recorder = CallRecorder(outage)
    recorder.record(RECORD)
    outage.out = True
    await recorder.flush()
    assert "1 call records wait" in caplog.text
    outage.out = False
    recorder.record(replace(RECORD, status=200))
    await recorder.flush()
    assert [row.status for row in await stored(db)] == [404, 200]


async def test_records_that_come_during_a_write_are_neither_lost_nor_repeated(
    db: Database,
) -> None:
    outage = Outage(db)
    recorder = CallRecorder(outage, capacity=3)
    for status in (1, 2, 3):
        recorder.record(replace(RECORD, status=status))
    outage.gate = asyncio.Event()
    flushing = asyncio.create_task(recorder.flush())
    await outage.committed.wait()
    recorder.record(replace(RECORD, status=4))
    outage.gate.set()
    await flushing
    await recorder.flush()
    assert [row.status for row in await stored(db)] == [1, 2, 3, 4]


async def test_a_cancelled_flush_does_not_repeat_what_it_committed(db: Database) -> None:
    outage = Outage(db)
    recorder = CallRecorder(outage)
    recorder.record(RECORD)
    outage.gate = asyncio.Event()
    flushing = asyncio.create_task(recorder.flush())
    await outage.committed.wait()
    flushing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await flushing
    outage.gate.set()
    await recorder.flush()
    assert len(await stored(db)) == 1
