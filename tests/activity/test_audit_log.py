"""The audit log: transactions and the buffer write to one table, which is only ever added to."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from easement.activity.audit import AuditLog
from easement.platform import audit, interaction
from easement.platform.audit import AuditEvent, AuditKind, audit_events
from easement.platform.clock import MovableClock
from easement.platform.db import Database
from easement.platform.db.sqlite import SqliteDatabase

START = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    path = tmp_path / "audit.db"
    engine = create_engine(f"sqlite:///{path}")
    audit_events.create(engine)
    engine.dispose()
    database = SqliteDatabase(path)
    yield database
    await database.close()


def event(minute: int, **said: str | None) -> AuditEvent:
    at = START + timedelta(minutes=minute)
    return AuditEvent(AuditKind.CLIENT_REFUSED, f"at minute {minute}", at, **said)


async def test_what_is_rolled_back_was_never_decided(db: Database) -> None:
    async with db.transaction() as tx:
        await audit.record(tx, event(1))
    with pytest.raises(ValueError, match="no"):
        async with db.transaction() as tx:
            await audit.record(tx, event(2))
            raise ValueError("no")

    assert [each.reason for each in await AuditLog(db).newest(10)] == ["at minute 1"]


async def test_an_event_comes_back_as_it_was_written(db: Database) -> None:
    log = AuditLog(db)
    written = event(1, app_id="app", provider_id="bank", grant_id="grant", interaction_id="id")
    log.record(written)
    assert await log.newest(10) == []
    await log.flush()

    assert await log.newest(10) == [written]


async def test_the_interaction_under_way_is_taken_along(db: Database) -> None:
    token = interaction.current.set("Root=1-0-0")
    try:
        under_way = event(1)
    finally:
        interaction.current.reset(token)

    assert under_way.interaction_id == "Root=1-0-0"
    assert event(2).interaction_id is None


async def test_the_newest_that_fit_are_listed_the_oldest_first(db: Database) -> None:
    log = AuditLog(db)
    for minute in (3, 1, 2):
        log.record(event(minute, app_id="app", grant_id=f"grant{minute}"))
    log.record(event(4, app_id="other"))
    await log.flush()

    def minutes(found: list[AuditEvent]) -> list[int]:
        return [int((each.at - START).total_seconds() // 60) for each in found]

    assert minutes(await log.newest(10)) == [1, 2, 3, 4]
    assert minutes(await log.newest(2)) == [3, 4]
    assert minutes(await log.newest(10, app_id="app")) == [1, 2, 3]
    assert minutes(await log.newest(10, grant_id="grant2")) == [2]
    assert minutes(await log.newest(10, since=START + timedelta(minutes=3))) == [3, 4]


async def test_events_are_kept_for_three_years(db: Database) -> None:
    log = AuditLog(db)
    log.record(event(0))
    await log.flush()
    clock = MovableClock(START - datetime.now(UTC) + timedelta(days=3 * 365))
    await log.forget_old(clock)
    assert len(await log.newest(10)) == 1

    clock.advance(timedelta(days=10))
    await log.forget_old(clock)
    assert await log.newest(10) == []


async def test_a_reason_that_is_too_long_is_cut_not_lost(db: Database) -> None:
    log = AuditLog(db)
    log.record(AuditEvent(AuditKind.AUTHORIZATION_FAILED, "x" * 5000, START))
    await log.flush()

    assert (await log.newest(10))[0].reason == "x" * 200


async def test_what_the_buffer_cannot_hold_is_counted(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    log = AuditLog(db)
    for minute in range(20_001):
        log.record(event(minute))
    with caplog.at_level(logging.ERROR):
        await log.flush()

    assert "1 audit events were lost" in caplog.text
    assert (await log.newest(1))[0].reason == "at minute 20000"
