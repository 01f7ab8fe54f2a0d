"""The moved clock is one clock for all processes, and outlasts them."""

from datetime import timedelta

from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock
from easement.platform.clock_offset import ClockOffset
from easement.platform.db import Database

DAY = timedelta(days=1)


async def process(db: Database) -> tuple[ChangeFeed, MovableClock, ClockOffset]:
    feed, clock = ChangeFeed(db), MovableClock()
    await feed.poll()
    offset = ClockOffset(db, feed, clock)
    await offset.follow()
    return feed, clock, offset


async def move(db: Database, offset: ClockOffset, by: timedelta) -> None:
    async with db.transaction() as tx:
        await offset.move(tx, by)


async def test_the_clock_moves_here_at_once_and_elsewhere_after_the_next_question(
    db: Database,
) -> None:
    _, here, offset = await process(db)
    feed, there, follower = await process(db)

    for by in (45 * DAY, -DAY, timedelta()):
        await move(db, offset, by)
        assert here.offset == by
        await feed.poll()
        await follower.follow()
        assert there.offset == by


async def test_a_later_start_begins_where_the_clock_was_left(db: Database) -> None:
    _, _, offset = await process(db)
    await move(db, offset, 45 * DAY)

    _, later, _ = await process(db)

    assert later.offset == 45 * DAY


async def test_a_move_that_is_rolled_back_moves_nothing(db: Database) -> None:
    _, clock, offset = await process(db)
    try:
        async with db.transaction() as tx:
            await offset.move(tx, DAY)
            raise RuntimeError
    except RuntimeError:
        pass

    assert clock.offset == timedelta()
    assert (await process(db))[1].offset == timedelta()


async def test_a_clock_that_nobody_moved_is_left_alone(db: Database) -> None:
    feed, clock, offset = await process(db)
    clock.advance(DAY)

    await feed.poll()
    await offset.follow()

    assert clock.offset == DAY
