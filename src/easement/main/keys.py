"""The keys for a command: on the database that `serve` uses, also while it runs.

The running network hears of a change through the change feed, within a second.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from easement.keys import resealing
from easement.keys.master import MasterKey
from easement.keys.model import KeyRing, SigningKey
from easement.keys.rotation import Rotation
from easement.keys.service import Keys, open_keys
from easement.keys.settings import KeySettings
from easement.main.master_key import master_key
from easement.main.providers import require_network
from easement.main.settings import Settings
from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock
from easement.platform.clock_offset import ClockOffset
from easement.platform.db import Database, open_database
from easement.providers.resealing import reseal_client_secrets, reseal_connections


@dataclass(frozen=True, slots=True)
class Resealed:
    """What rotating the data key has done; `busy` connections were left for another turn."""

    client_secrets: int
    connections: int
    busy: int


@dataclass(frozen=True, slots=True)
class KeyAdministration:
    """What an operator may look at and change."""

    db: Database
    keys: Keys
    clock: MovableClock
    settings: KeySettings

    @property
    def ring(self) -> KeyRing:
        return self.keys.ring

    @property
    def now(self) -> datetime:
        """The network's time, by which keys come and go."""
        return self.clock.now()

    async def rotate(self, algorithm: str, *, now: bool) -> SigningKey:
        """The algorithm's next key: see `Rotation.rotate`."""
        return await self._rotation.rotate(algorithm, now=now)

    async def withdraw(self, kid: str) -> None:
        """See `Rotation.withdraw`. Raises `UnknownKeyError`."""
        await self._rotation.withdraw(kid)

    async def turn(self) -> None:
        """What the running network does once a minute: see `Rotation.turn`."""
        await self._rotation.turn()

    async def rotate_data(self, *, new_key: bool) -> Resealed:
        """Seal everything under a new data key, or under the newest one there is."""
        if new_key:
            await self._rotation.add_data_key()
            # Until every replica can open what is sealed under it.
            await asyncio.sleep(self.settings.settling.total_seconds())
        secrets = await reseal_client_secrets(self.db, self.ring)
        done, busy = await reseal_connections(self.db, self.ring)
        return Resealed(secrets, done, busy)

    @property
    def _rotation(self) -> Rotation:
        return Rotation(self.keys, self.clock, self.settings)


@asynccontextmanager
async def open_key_administration(settings: Settings) -> AsyncIterator[KeyAdministration]:
    """Open the keys of the network that the settings name, and close everything at the end.

    Raises:
        NoNetworkError: there is no database yet.
        MasterKeyError: the master key is not the one that belongs to the database.
        UnavailableError: the database cannot be used.
    """
    require_network(settings)
    key_settings = KeySettings(settings.signing_key_age, settings.signing_key_lead)
    db = await open_database(settings.database_url)
    try:
        feed, clock = ChangeFeed(db), MovableClock()
        # A sandbox's calendar may stand elsewhere.
        await ClockOffset(db, feed, clock).follow()
        keys = await open_keys(db, feed, master_key(settings), clock, key_settings)
        yield KeyAdministration(db, keys, clock, key_settings)
    finally:
        await db.close()


async def reseal(settings: Settings, new: MasterKey) -> int:
    """Put every key under another master key; the number of keys. Raises like
    `open_key_administration`."""
    require_network(settings)
    old = master_key(settings)
    db = await open_database(settings.database_url)
    try:
        return await resealing.reseal(db, old, new, MovableClock())
    finally:
        await db.close()
