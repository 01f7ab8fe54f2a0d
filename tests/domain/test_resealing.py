"""Another master key, another data key: nothing is lost, wherever it is cut off."""

import asyncio
import base64
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from easement.connectors.errors import AccessTokenRejectedError
from easement.keys import resealing
from easement.keys.errors import MasterKeyError
from easement.keys.master import MasterKeyFile
from easement.keys.rotation import Rotation
from easement.keys.service import open_key_ring, open_keys
from easement.keys.settings import KeySettings
from easement.platform import crypto
from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock, SystemClock
from easement.platform.db import Database
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from easement.providers.resealing import reseal_client_secrets, reseal_connections
from easement.providers.tables import connections, providers
from tests.domain.conftest import MASTER, FixedMasterKey, Ground

NEW = FixedMasterKey(b"n" * 32)

KILLED_AT_THE_THIRD_KEY = """
import asyncio, os, signal, sys
from easement.keys import resealing, store
from easement.keys.master import MasterKeyValue
from easement.platform.clock import SystemClock
from easement.platform.db import open_database

url, old, new = sys.argv[1:]
real, done = store.set_sealed, []

async def set_sealed(tx, key_id, sealed):
    await real(tx, key_id, sealed)
    done.append(key_id)
    if len(done) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

store.set_sealed = set_sealed

async def main():
    db = await open_database(url)
    sources = MasterKeyValue("old", old), MasterKeyValue("new", new)
    await resealing.reseal(db, *sources, SystemClock())

asyncio.run(main())
"""


async def test_resealed_keys_are_the_same_keys_under_the_new_master_key_only(db: Database) -> None:
    before = await open_key_ring(db, MASTER, SystemClock())

    count = await resealing.reseal(db, MASTER, NEW, SystemClock())

    after = await open_key_ring(db, NEW, SystemClock())
    assert count == 4
    assert after.signing().kid == before.signing().kid
    assert after.hash("code", "x") == before.hash("code", "x")
    assert after.unseal(before.seal(b"token", "row"), "row") == b"token"
    with pytest.raises(MasterKeyError, match="do not open with the master key in the test"):
        await open_key_ring(db, MASTER, SystemClock())


async def test_resealing_refuses_an_old_master_key_that_is_not_the_one(db: Database) -> None:
    await open_key_ring(db, MASTER, SystemClock())

    with pytest.raises(MasterKeyError, match="do not open"):
        await resealing.reseal(db, FixedMasterKey(b"x" * 32), NEW, SystemClock())

    await open_key_ring(db, MASTER, SystemClock())


async def test_resealing_refuses_a_database_without_keys(db: Database, tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="no keys in the database"):
        await resealing.reseal(db, MASTER, MasterKeyFile(tmp_path / "new.key"), SystemClock())


async def test_resealing_killed_in_the_middle_has_not_happened(db: Database, url: str) -> None:
    first = await open_key_ring(db, MASTER, SystemClock())
    old, new = (base64.b64encode(key.load()).decode() for key in (MASTER, NEW))

    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED_AT_THE_THIRD_KEY, url, old, new],
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == -9, ended.stderr
    again = await open_key_ring(db, MASTER, SystemClock())
    assert again.signing().kid == first.signing().kid
    assert await resealing.reseal(db, MASTER, NEW, SystemClock()) == 4
    await open_key_ring(db, NEW, SystemClock())


async def test_a_replica_with_the_old_master_key_goes_on_but_makes_no_keys(
    ground: Ground,
) -> None:
    settings = KeySettings()
    keys = await open_keys(ground.db, ground.feed, MASTER, ground.clock, settings)
    sealed = keys.ring.seal(b"token", "row")
    await resealing.reseal(ground.db, MASTER, NEW, ground.clock)

    with pytest.raises(MasterKeyError):
        await Rotation(keys, ground.clock, settings).rotate("RS256")

    assert keys.ring.unseal(sealed, "row") == b"token"
    await open_key_ring(ground.db, NEW, ground.clock)  # nothing lies under the old one


async def test_a_replica_with_the_old_master_key_checks_what_a_new_key_signs(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    settings = KeySettings()
    stale = await open_keys(ground.db, ground.feed, MASTER, ground.clock, settings)
    await resealing.reseal(ground.db, MASTER, NEW, ground.clock)
    current = await open_keys(ground.db, ground.feed, NEW, ground.clock, settings)
    made = await Rotation(current, ground.clock, settings).rotate("RS256", now=True)
    ground.clock.advance(settings.settling)

    await stale.refresh()

    assert stale.ring.verifying(made.kid) is not None
    assert stale.ring.signing().kid != made.kid
    assert "do not open" in caplog.text


async def rotated(ground: Ground) -> Ground:
    """The same services once a new data key seals."""
    settings = KeySettings()
    keys = await open_keys(ground.db, ground.feed, MASTER, ground.clock, settings)
    await Rotation(keys, ground.clock, settings).add_data_key()
    ground.clock.advance(settings.settling)
    ground.keys = keys.ring
    ground.directory = Directory(
        ground.db,
        ground.feed,
        keys.ring,
        ground.clock,
        lambda _: ground.bank,  # type: ignore[arg-type,return-value]
    )
    ground.connections = Connections(ground.db, ground.directory, keys.ring, ground.clock)
    return ground


async def seals(ground: Ground) -> list[bytes]:
    async with ground.db.read() as tx:
        rows = [
            *(await tx.execute(select(connections.c.sealed))).scalars(),
            *(await tx.execute(select(providers.c.sealed_client_secret))).scalars(),
        ]
    return [bytes(row) for row in rows]


async def test_what_lies_under_an_old_data_key_opens_and_moves_to_the_new_one(
    ground: Ground,
) -> None:
    stored = [await ground.connect() for _ in range(3)]
    before = await seals(ground)
    ground = await rotated(ground)
    for connection in stored:
        assert await ground.connections.open(connection.id) == connection

    assert await reseal_connections(ground.db, ground.keys) == (3, 0)
    assert await reseal_client_secrets(ground.db, ground.keys) == 1

    after = await seals(ground)
    assert {seal[:8] for seal in before}.isdisjoint({seal[:8] for seal in after})
    for connection in stored:
        assert await ground.connections.open(connection.id) == connection
    provider = await ground.directory.current("bank")
    assert provider is not None
    assert provider.client_secret == "secret"
    assert await reseal_connections(ground.db, ground.keys) == (0, 0)
    assert await reseal_client_secrets(ground.db, ground.keys) == 0


async def test_resealing_leaves_alone_a_connection_that_is_being_refreshed(
    ground: Ground,
) -> None:
    connection = await ground.connect()
    ground = await rotated(ground)
    seen: list[tuple[int, int]] = []

    async def reseal() -> None:
        seen.append(await reseal_connections(ground.db, ground.keys))

    ground.bank.during_refresh = reseal

    async def do(token: str) -> str:
        if token == connection.access_token:
            raise AccessTokenRejectedError
        return token

    assert await ground.connections.call("bank", connection.id, do) == "access-1"
    assert seen == [(0, 1)]
    assert (await ground.connections.open(connection.id)).access_token == "access-1"


async def test_an_abandoned_refresh_does_not_keep_a_connection_under_the_old_key(
    ground: Ground,
) -> None:
    await ground.connect()
    ground = await rotated(ground)
    async with ground.db.transaction() as tx:
        crashed = SystemClock().now() - timedelta(minutes=11)
        await tx.execute(update(connections).values(lease_holder="x", lease_until=crashed))

    assert await reseal_connections(ground.db, ground.keys) == (1, 0)


async def test_more_than_a_batch_of_connections_is_resealed(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("easement.providers.resealing._BATCH", 2)
    for _ in range(5):
        await ground.connect()
    ground = await rotated(ground)

    assert await reseal_connections(ground.db, ground.keys) == (5, 0)


async def test_a_seal_from_before_seals_named_their_key_opens(db: Database) -> None:
    clock = MovableClock()
    settings = KeySettings()
    keys = await open_keys(db, ChangeFeed(db), MASTER, clock, settings)
    (data,) = keys.ring.contents.data
    nameless = crypto.seal(data.key, b"token", "row")
    await Rotation(keys, clock, settings).add_data_key()
    clock.advance(settings.settling)

    assert keys.ring.unseal(nameless, "row") == b"token"
    again = keys.ring.reseal(nameless, "row")
    assert again is not None
    assert keys.ring.unseal(again, "row") == b"token"
    with pytest.raises(crypto.SealBrokenError):
        keys.ring.unseal(nameless, "another row")
