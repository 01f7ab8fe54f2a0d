"""Caches learn of changes, in this process at once and in others at the next question."""

import pytest

from easement.platform.cache import FreshCache
from easement.platform.changes import ChangeFeed
from easement.platform.db import Database
from tests.domain.conftest import Ground, replica


@pytest.fixture
def facts() -> dict[str, str]:
    return {"a": "old"}


def cache_of(feed: ChangeFeed, facts: dict[str, str]) -> tuple[FreshCache[str], list[str]]:
    loads: list[str] = []

    async def load(key: str) -> str | None:
        loads.append(key)
        return facts.get(key)

    return FreshCache(feed, "fact", load), loads


async def change(db: Database, feed: ChangeFeed, facts: dict[str, str]) -> None:
    async with db.transaction() as tx:
        await feed.announce(tx, "fact", "a")
        facts["a"] = "new"


async def test_a_fresh_fact_is_answered_from_memory(db: Database, facts: dict[str, str]) -> None:
    feed = ChangeFeed(db)
    await feed.poll()
    cache, loads = cache_of(feed, facts)
    assert [await cache.get("a") for _ in range(3)] == ["old"] * 3
    assert loads == ["a"]


async def test_a_change_here_shows_at_once(db: Database, facts: dict[str, str]) -> None:
    feed = ChangeFeed(db)
    await feed.poll()
    cache, _ = cache_of(feed, facts)
    await cache.get("a")
    await change(db, feed, facts)
    assert await cache.get("a") == "new"


async def test_a_change_elsewhere_shows_after_the_next_question(
    db: Database, facts: dict[str, str]
) -> None:
    here, there = ChangeFeed(db), ChangeFeed(db)
    await here.poll()
    cache, _ = cache_of(here, facts)
    await cache.get("a")
    await change(db, there, facts)
    await here.poll()
    assert await cache.get("a") == "new"


async def test_a_feed_that_did_not_ask_lately_is_not_trusted(
    db: Database, facts: dict[str, str]
) -> None:
    feed = ChangeFeed(db)
    cache, loads = cache_of(feed, facts)
    await cache.get("a")
    await cache.get("a")
    assert loads == ["a", "a"]


async def test_a_change_during_loading_is_not_overwritten_by_the_older_answer(
    db: Database, facts: dict[str, str]
) -> None:
    feed = ChangeFeed(db)
    await feed.poll()

    async def load(key: str) -> str | None:
        read = facts[key]
        if read == "old":
            await change(db, feed, facts)
        return read

    cache = FreshCache(feed, "fact", load)
    assert await cache.get("a") == "old"
    assert await cache.get("a") == "new"


async def test_a_change_that_is_rolled_back_is_not_told(
    db: Database, facts: dict[str, str]
) -> None:
    feed = ChangeFeed(db)
    await feed.poll()
    cache, loads = cache_of(feed, facts)
    await cache.get("a")
    with pytest.raises(LookupError):
        async with db.transaction() as tx:
            await feed.announce(tx, "fact", "a")
            raise LookupError
    await feed.poll()
    await cache.get("a")
    assert loads == ["a"]


async def test_a_cache_keeps_to_its_size(db: Database) -> None:
    feed = ChangeFeed(db)
    await feed.poll()
    loads: list[str] = []

    async def load(key: str) -> str | None:
        loads.append(key)
        return key

    cache = FreshCache(feed, "fact", load, size=2)
    for key in "abca":
        await cache.get(key)
    assert loads == ["a", "b", "c", "a"]


async def test_a_grant_revoked_on_one_replica_ends_on_the_other(ground: Ground) -> None:
    from easement.consent.model import GrantStatus, Initiator

    other = await replica(ground.db, ground.bank)
    connection = await ground.connect()
    async with ground.db.transaction() as tx:
        grant = await ground.consents.grant(
            tx,
            app=ground.app,
            provider=ground.provider,
            connection=connection,
            account_ids={"1"},
        )
    seen = await other.consents.current(grant.id)
    assert seen is not None
    assert seen.status is GrantStatus.ACTIVE
    async with ground.db.transaction() as tx:
        await ground.consents.revoke(tx, grant.id, Initiator.INDIVIDUAL)
    await other.feed.poll()
    seen = await other.consents.current(grant.id)
    assert seen is not None
    assert seen.status is GrantStatus.REVOKED


async def test_a_change_of_everything_shows_here_at_once_and_elsewhere_after_the_next_question(
    db: Database, facts: dict[str, str]
) -> None:
    here, there = ChangeFeed(db), ChangeFeed(db)
    await here.poll()
    await there.poll()
    own, other = cache_of(there, facts)[0], cache_of(here, facts)[0]
    for cache in (own, other):
        await cache.get("a")

    async with db.transaction() as tx:
        await there.announce_all(tx, "fact")
        facts["a"] = "new"

    assert await own.get("a") == "new"
    await here.poll()
    assert await other.get("a") == "new"
