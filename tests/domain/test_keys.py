"""Keys: made once, the same after a restart, useless without the master key."""

import asyncio
import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from easement.keys.errors import MasterKeyError
from easement.keys.master import MasterKeyFile
from easement.keys.service import open_key_ring
from easement.keys.tables import keys
from easement.platform import crypto
from easement.platform.clock import SystemClock
from easement.platform.db import Database, open_database
from tests.domain.conftest import MASTER, FixedMasterKey

KEY = b"k" * 32


async def test_a_restart_finds_the_same_keys(db: Database) -> None:
    first = await open_key_ring(db, MASTER, SystemClock())
    second = await open_key_ring(db, MASTER, SystemClock())
    assert second.signing().kid == first.signing().kid
    assert second.hash("code", "x") == first.hash("code", "x")
    assert second.subject("bank", "ada", "c") == first.subject("bank", "ada", "c")
    assert second.unseal(first.seal(b"token", "row:1"), "row:1") == b"token"


async def test_replicas_that_start_at_once_share_their_keys(url: str) -> None:
    databases = [await open_database(url) for _ in range(4)]
    rings = await asyncio.gather(
        *(open_key_ring(each, MASTER, SystemClock()) for each in databases)
    )
    assert len({ring.signing().kid for ring in rings}) == 1
    assert len({ring.hash("code", "x") for ring in rings}) == 1
    for each in databases:
        await each.close()


async def test_another_master_key_opens_nothing_and_says_so(db: Database) -> None:
    await open_key_ring(db, MASTER, SystemClock())
    with pytest.raises(MasterKeyError, match="belongs to this database"):
        await open_key_ring(db, FixedMasterKey(b"x" * 32), SystemClock())


async def test_a_lost_master_key_is_not_replaced(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    await open_key_ring(db, MasterKeyFile(path), SystemClock())
    path.unlink()
    with pytest.raises(MasterKeyError, match=r"master\.key is missing"):
        await open_key_ring(db, MasterKeyFile(path), SystemClock())
    assert not path.exists()


async def test_no_private_key_is_published_or_stored_in_clear(db: Database) -> None:
    ring = await open_key_ring(db, MASTER, SystemClock())
    published = ring.jwks()["keys"]
    assert [key["kid"] for key in published] == [ring.signing().kid]
    assert set(published[0]) == {"kty", "n", "e", "kid", "use", "alg"}
    async with db.read() as tx:
        rows = (await tx.execute(select(keys))).all()
    key = ring.signing().private
    assert key is not None
    for row in rows:
        assert str(key.as_dict(private=True)["d"]).encode() not in row.sealed
        assert row.public_jwk is None or set(row.public_jwk) == set(published[0])


def test_the_master_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    first = MasterKeyFile(path).load_or_create()
    assert MasterKeyFile(path).load_or_create() == first
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"not base64!", base64.b64encode(b"short"), b""])
def test_a_damaged_master_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    with pytest.raises(MasterKeyError, match=r"master\.key"):
        MasterKeyFile(path).load_or_create()


@given(st.binary(), st.text(), st.text())
def test_what_is_sealed_opens_only_in_its_context(plain: bytes, context: str, other: str) -> None:
    sealed = crypto.seal(KEY, plain, context)
    assert crypto.unseal(KEY, sealed, context) == plain
    if other != context:
        with pytest.raises(crypto.SealBrokenError):
            crypto.unseal(KEY, sealed, other)


@given(st.binary(min_size=1), st.integers(min_value=0))
def test_an_altered_seal_does_not_open(plain: bytes, position: int) -> None:
    sealed = bytearray(crypto.seal(KEY, plain, "context"))
    sealed[position % len(sealed)] ^= 1
    with pytest.raises(crypto.SealBrokenError):
        crypto.unseal(KEY, bytes(sealed), "context")


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_different_parts_hash_differently(left: list[str], right: list[str]) -> None:
    same = crypto.keyed_hash(KEY, *left) == crypto.keyed_hash(KEY, *right)
    assert same == (left == right)
