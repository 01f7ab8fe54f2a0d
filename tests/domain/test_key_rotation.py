"""Signing keys come and go with overlap; replicas agree on them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from easement.keys.algorithms import ALGORITHMS
from easement.keys.errors import NoSigningKeyError, UnknownKeyError
from easement.keys.model import KeyState
from easement.keys.rotation import Rotation
from easement.keys.service import Keys, open_keys
from easement.keys.settings import KeySettings
from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock
from easement.platform.db import Database, UnavailableError, open_database
from tests.domain.conftest import MASTER

SETTINGS = KeySettings()
DAY = timedelta(days=1)
MARGIN = timedelta(minutes=5)


class Replica:
    """The keys of one process, and its job."""

    def __init__(self, keys: Keys, feed: ChangeFeed, clock: MovableClock) -> None:
        self.keys = keys
        self.feed = feed
        self.clock = clock
        self.rotation = Rotation(keys, clock, SETTINGS)

    @property
    def kid(self) -> str:
        return self.keys.ring.signing().kid

    def published(self) -> list[str]:
        return [key["kid"] for key in self.keys.ring.jwks()["keys"]]

    def state(self, kid: str) -> KeyState:
        now = self.clock.now()
        return next(k.state(now) for k in self.keys.ring.contents.signing if k.kid == kid)

    async def hear(self) -> None:
        """One turn of the change feed and of what follows it."""
        await self.feed.poll()
        await self.keys.follow()


@pytest.fixture
async def replicas(url: str) -> AsyncIterator[tuple[Replica, Replica]]:
    """Two processes that read one clock."""
    clock = MovableClock()
    databases: list[Database] = []
    made: list[Replica] = []
    for _ in range(2):
        db = await open_database(url)
        databases.append(db)
        feed = ChangeFeed(db)
        await feed.poll()
        made.append(Replica(await open_keys(db, feed, MASTER, clock, SETTINGS), feed, clock))
    yield made[0], made[1]
    for db in databases:
        await db.close()


async def test_a_new_key_is_published_for_its_lead_before_it_signs(
    replicas: tuple[Replica, Replica],
) -> None:
    one, _ = replicas
    old = one.kid

    new = await one.rotation.rotate("RS256")

    assert one.published() == [old, new.kid]
    assert (one.kid, one.state(new.kid)) == (old, KeyState.NEXT)
    one.clock.advance(SETTINGS.lead - timedelta(seconds=5))
    assert one.kid == old
    one.clock.advance(timedelta(seconds=5))
    assert (one.kid, one.state(new.kid)) == (new.kid, KeyState.SIGNING)
    assert one.state(old) is KeyState.PUBLISHED


async def test_an_old_key_loses_its_private_part_at_once_and_its_publication_with_its_last_token(
    replicas: tuple[Replica, Replica],
) -> None:
    one, _ = replicas
    old = one.kid
    new = await one.rotation.rotate("RS256")
    one.clock.advance(SETTINGS.lead)

    await one.rotation.turn()

    (before, _) = one.keys.ring.contents.signing
    assert (before.kid, before.private) == (old, None)
    one.clock.advance(SETTINGS.longest_token + MARGIN - timedelta(seconds=5))
    await one.rotation.turn()
    assert one.published() == [old, new.kid]
    one.clock.advance(timedelta(seconds=5))
    assert one.published() == [new.kid]
    assert one.state(old) is KeyState.RETIRED
    await one.rotation.turn()
    assert [key.kid for key in one.keys.ring.contents.signing] == [new.kid]


async def test_a_key_stays_as_long_as_the_longest_token_it_signed(
    replicas: tuple[Replica, Replica],
) -> None:
    one, other = replicas
    old = one.kid
    await one.keys.prepare("RS256", timedelta(days=30))
    await other.hear()
    new = await other.rotation.rotate("RS256")

    one.clock.advance(SETTINGS.lead + timedelta(days=30))

    assert other.published() == [old, new.kid]
    one.clock.advance(MARGIN)
    assert other.published() == [new.kid]


async def test_keys_rotate_by_schedule_and_once_over_replicas(
    replicas: tuple[Replica, Replica],
) -> None:
    one, other = replicas
    old = one.kid
    one.clock.advance(SETTINGS.rotation_age - SETTINGS.lead - timedelta(seconds=5))
    await one.rotation.turn()
    assert one.published() == [old]
    one.clock.advance(timedelta(seconds=5))

    await asyncio.gather(one.rotation.turn(), other.rotation.turn())
    await one.hear()
    await other.hear()

    assert len(one.published()) == 2
    assert one.published() == other.published()
    one.clock.advance(SETTINGS.lead)
    assert one.kid == other.kid != old


async def test_another_replica_hears_of_a_key_by_the_change_feed(
    replicas: tuple[Replica, Replica],
) -> None:
    one, other = replicas
    new = await one.rotation.rotate("RS256")

    await other.hear()

    assert new.kid in other.published()
    one.clock.advance(SETTINGS.lead)
    assert one.kid == other.kid == new.kid


async def test_a_key_rotated_now_waits_until_replicas_have_heard_of_it(
    replicas: tuple[Replica, Replica],
) -> None:
    one, _ = replicas
    old = one.kid
    waiting = await one.rotation.rotate("RS256")

    new = await one.rotation.rotate("RS256", now=True)

    assert new.kid == waiting.kid
    assert one.kid == old
    one.clock.advance(SETTINGS.settling)
    assert one.kid == new.kid


async def test_the_first_key_of_an_algorithm_is_made_once_over_replicas_and_callers(
    replicas: tuple[Replica, Replica],
) -> None:
    assert not replicas[0].keys.ring.can_sign("ES256")
    with pytest.raises(NoSigningKeyError):
        replicas[0].keys.ring.signing("ES256")

    await asyncio.gather(*(each.keys.prepare("ES256", DAY) for each in replicas * 5))

    assert len({each.keys.ring.signing("ES256").kid for each in replicas}) == 1
    assert len(replicas[0].published()) == 2


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_each_algorithm_rotates_by_itself(
    replicas: tuple[Replica, Replica], algorithm: str
) -> None:
    one, _ = replicas
    await one.keys.prepare(algorithm, DAY)
    others = {name: one.keys.ring.signing(name).kid for name in {"RS256"} - {algorithm}}

    new = await one.rotation.rotate(algorithm, now=True)
    one.clock.advance(SETTINGS.settling)

    assert one.keys.ring.signing(algorithm).kid == new.kid
    assert new.public.as_dict()["alg"] == algorithm
    assert {name: one.keys.ring.signing(name).kid for name in others} == others


async def test_a_withdrawn_key_is_gone_everywhere_and_its_successor_signs(
    replicas: tuple[Replica, Replica],
) -> None:
    one, other = replicas
    leaked = one.kid
    with pytest.raises(UnknownKeyError, match="first rotate it"):
        await one.rotation.withdraw(leaked)
    new = await one.rotation.rotate("RS256")

    await one.rotation.withdraw(leaked)
    await other.hear()

    assert one.published() == other.published() == [new.kid]
    assert one.kid == other.kid == new.kid
    assert one.state(new.kid) is KeyState.SIGNING
    with pytest.raises(UnknownKeyError, match="no signing key"):
        await one.rotation.withdraw(leaked)


async def test_a_clock_set_back_behind_every_key_still_leaves_one_that_signs(
    replicas: tuple[Replica, Replica],
) -> None:
    one, _ = replicas
    one.clock.advance(timedelta(days=400))
    await one.rotation.turn()
    one.clock.advance(SETTINGS.lead)
    await one.rotation.turn()
    new = one.kid

    one.clock.advance(timedelta(days=-500))
    await one.rotation.turn()

    assert one.kid == new
    assert new in one.published()
    newer = await one.rotation.rotate("RS256", now=True)
    one.clock.advance(SETTINGS.settling)
    assert one.kid == newer.kid
    assert one.state(new) is KeyState.PUBLISHED


async def test_a_reload_that_fails_is_tried_again(
    replicas: tuple[Replica, Replica], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = replicas
    await one.rotation.rotate("RS256")
    await other.feed.poll()

    async def out(_: object) -> None:
        raise UnavailableError

    with monkeypatch.context() as patched:
        patched.setattr("easement.keys.store.load_keys", out)
        with pytest.raises(UnavailableError):
            await other.keys.follow()

    await other.keys.follow()
    assert other.published() == one.published()
