"""Keeps the key ring true to the database, making keys that do not exist yet."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from easement.keys import algorithms, sealing, store
from easement.keys.errors import MasterKeyError, NoSigningKeyError
from easement.keys.master import MasterKey
from easement.keys.model import KeyContents, KeyRing
from easement.keys.sealing import Rows
from easement.keys.settings import KeySettings
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction, open_database

TOPIC = "keys"

_log = logging.getLogger(__name__)
_PAUSE_S = 0.1
_RETRY_S = 10.0


@dataclass(frozen=True, slots=True)
class Change:
    """A change of keys under way: nobody else changes any meanwhile."""

    tx: Transaction
    rows: Rows
    master: bytes


class Keys:
    """All keys of the network. `ring` is there after `open`."""

    ring: KeyRing

    def __init__(
        self,
        db: Database,
        feed: ChangeFeed,
        master_key: MasterKey,
        clock: Clock,
        settings: KeySettings,
    ) -> None:
        self._db = db
        self._feed = feed
        self._master_key = master_key
        self._clock = clock
        self._settings = settings
        self._opened: dict[str, bytes] = {}
        self._rows: Rows = ()
        self._stale = False
        self._next: asyncio.Task[None] | None = None
        self._loaded_at = 0.0
        self._retry_at = 0.0
        self._preparing = asyncio.Lock()
        feed.listen(TOPIC, self)

    async def open(self) -> KeyRing:
        """Read all keys; the first start makes them.

        Raises:
            MasterKeyError: the stored keys were sealed under another master key, or it is lost.
        """
        async with self._db.transaction() as tx:
            # Two replicas that start at once must not make two sets.
            await tx.exclusively(TOPIC)
            rows = await store.load_keys(tx)
            # A lost master key must not be replaced by a new one that opens nothing.
            if rows:
                master = sealing.load_master(self._master_key, rows)
            else:
                master = await self._make_all(tx)
                rows = await store.load_keys(tx)
        self._opened = self._open_new(rows, master)
        self._rows = rows
        self.ring = KeyRing(self._contents(rows), self._clock)
        return self.ring

    async def refresh(self) -> None:
        """Read the keys again, at most ten times a second: who asks meanwhile waits together."""
        if self._next is None:
            self._next = asyncio.create_task(self._reload())
            self._next.add_done_callback(_looked_at)
        # Shielded: one caller who hangs up must not cancel it for the others.
        await asyncio.shield(self._next)

    async def follow(self) -> None:
        """Job: take over what another process changed."""
        if self._stale or (self._retry_at and time.monotonic() >= self._retry_at):
            await self.refresh()

    async def prepare(self, algorithm: str, lifetime: timedelta) -> None:
        """See to it that a token with `lifetime` can be signed with `algorithm`.

        Makes the algorithm's first key, once over all replicas, and notes how long what it signs
        may live. Call it before anything is claimed that the token is the answer to.
        """
        if self._is_prepared(algorithm, lifetime):
            return
        async with self._preparing:
            if not self._is_prepared(algorithm, lifetime):
                await self._prepare(algorithm, lifetime)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[Change]:
        """A transaction that changes keys; other processes hear of it.

        Raises:
            MasterKeyError: the stored keys do not open: they may have been re-sealed meanwhile.
        """
        async with self._db.read() as tx:
            rows = await store.load_keys(tx)
        # It may run a program or wait for a disk.
        master = await asyncio.to_thread(sealing.load_master, self._master_key, rows)
        async with self._db.transaction() as tx:
            await tx.exclusively(TOPIC)
            rows = await store.load_keys(tx)
            # What is sealed under a master key that was replaced in between would be lost.
            sealing.require_opens(master, self._master_key.name, rows)
            yield Change(tx, rows, master)
            await self._feed.announce_all(tx, TOPIC)

    def forget(self, key: str) -> None:  # noqa: ARG002 - all are read together
        """One changed."""
        self._stale = True

    def clear(self) -> None:
        """Some may have changed."""
        self._stale = True

    def _is_prepared(self, algorithm: str, lifetime: timedelta) -> bool:
        try:
            return self.ring.signing(algorithm).longest_token >= lifetime
        except NoSigningKeyError:
            return False

    async def _prepare(self, algorithm: str, lifetime: timedelta) -> None:
        private = None
        if not self.ring.can_sign(algorithm):
            private = await asyncio.to_thread(algorithms.generate, algorithm)
        async with self.changing() as change:
            signing = [row for row in change.rows if row.purpose == sealing.SIGNING]
            known = [timedelta(seconds=row.longest_token_s or 0) for row in signing]
            longest = max([*known, self._settings.longest_token, lifetime])
            # Another replica may have been faster.
            made = {row.algorithm for row in signing if row.sealed}
            if private is not None and algorithm not in made:
                now = self._clock.now()
                row = sealing.signing_row(
                    change.master, private, created_at=now, used_from=now, longest_token=longest
                )
                await store.insert_keys(change.tx, [row])
            await store.set_longest_token(change.tx, int(longest.total_seconds()))
        await self.refresh()

    async def _make_all(self, tx: Transaction) -> bytes:
        master, wrapped = self._master_key.load_or_create()
        now = self._clock.now()
        rows = [
            sealing.symmetric_row(master, purpose, now, now)
            for purpose in (sealing.DATA, sealing.PEPPER, sealing.SUBJECT)
        ]
        private = algorithms.generate(algorithms.DEFAULT_ALGORITHM)
        longest = self._settings.longest_token
        rows.append(
            sealing.signing_row(
                master, private, created_at=now, used_from=now, longest_token=longest
            )
        )
        if wrapped is not None:
            rows.append(sealing.wrapped_row(wrapped, now))
        await store.insert_keys(tx, rows)
        return master

    async def _reload(self) -> None:
        await asyncio.sleep(max(0.0, self._loaded_at + _PAUSE_S - time.monotonic()))
        self._next = None  # who asks from now on may know of something newer
        self._stale = False
        self._loaded_at = time.monotonic()
        try:
            async with self._db.read() as tx:
                rows = await store.load_keys(tx)
            unopened = self._has_unopened(rows) and time.monotonic() >= self._retry_at
            if rows == self._rows and not unopened:
                return
            if unopened:
                self._opened |= await asyncio.to_thread(self._load_and_open, rows)
                self._retry_at = 0.0
        except MasterKeyError as error:
            # Public keys need no master key: what other replicas sign still counts here.
            _log.error("new keys do not open: %s", error)
            self._retry_at = time.monotonic() + _RETRY_S
        except BaseException:
            self._stale = True
            raise
        self._rows = rows
        present = {row.id for row in rows if row.sealed}
        self._opened = {each: key for each, key in self._opened.items() if each in present}
        self.ring.take(self._contents(rows))

    def _has_unopened(self, rows: Rows) -> bool:
        return any(sealing.is_sealed(row) and row.id not in self._opened for row in rows)

    def _load_and_open(self, rows: Rows) -> dict[str, bytes]:
        return self._open_new(rows, sealing.load_master(self._master_key, rows))

    def _open_new(self, rows: Rows, master: bytes) -> dict[str, bytes]:
        return {
            row.id: sealing.open_row(master, self._master_key.name, row)
            for row in rows
            if sealing.is_sealed(row) and row.id not in self._opened
        }

    def _contents(self, rows: Rows) -> KeyContents:
        return sealing.contents_of(rows, self._opened, self._settings.longest_token)


async def open_keys(
    db: Database,
    feed: ChangeFeed,
    master_key: MasterKey,
    clock: Clock,
    settings: KeySettings | None = None,
) -> Keys:
    """The keys of a database, opened. Raises `MasterKeyError`."""
    keys = Keys(db, feed, master_key, clock, settings or KeySettings())
    await keys.open()
    return keys


async def open_key_ring(db: Database, master_key: MasterKey, clock: Clock) -> KeyRing:
    """The keys as they stand now, for work that is soon done. Raises `MasterKeyError`."""
    return (await open_keys(db, ChangeFeed(db), master_key, clock)).ring


async def check_master_key(database_url: str, master_key: MasterKey) -> None:
    """Open every stored key of a database that is up to date, and change nothing.

    Raises:
        MasterKeyError: one does not open.
    """
    db = await open_database(database_url)
    try:
        async with db.read() as tx:
            rows = await store.load_keys(tx)
    finally:
        await db.close()
    if rows:
        sealing.load_master(master_key, rows)


def _looked_at(done: asyncio.Task[None]) -> None:
    if not done.cancelled():
        done.exception()  # those who still wait get it; nobody waiting is no fault
