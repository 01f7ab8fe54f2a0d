"""The directory for a command: on the database that `serve` uses, also while it runs.

The running network hears of a change through the change feed, within a second.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from easement.connectors.ports import Connector
from easement.keys.service import open_key_ring
from easement.main.master_key import master_key
from easement.main.settings import Settings
from easement.platform.changes import ChangeFeed
from easement.platform.clock import SystemClock
from easement.platform.db import Database, open_database
from easement.platform.ids import new_id
from easement.providers.directory import Directory
from easement.providers.errors import UnknownProviderError
from easement.providers.model import MaintenanceWindow, Provider
from easement.providers.policy import read_policy


class NoNetworkError(Exception):
    """No network has been started on the data directory yet."""


@dataclass(frozen=True, slots=True)
class ProviderAdministration:
    """What an operator may look at and change."""

    db: Database
    directory: Directory

    async def all(self) -> list[Provider]:
        """Every provider, by id."""
        found = [await self.directory.current(each) for each in await self.directory.ids()]
        return [provider for provider in found if provider is not None]

    async def one(self, provider_id: str) -> Provider:
        """Raises `UnknownProviderError`."""
        provider = await self.directory.current(provider_id)
        if provider is None:
            raise UnknownProviderError(provider_id)
        return provider

    async def set_policy(self, provider_id: str, document: object) -> Provider:
        """Bring the provider's policy to what a document says.

        Raises:
            UnknownProviderError: there is no such provider.
            PolicyError: the document is no policy.
        """
        provider = await self.one(provider_id)
        policy = read_policy(document, provider.policy)
        async with self.db.transaction() as tx:
            await self.directory.set_policy(tx, provider_id, policy)
        return replace(provider, policy=policy)

    async def add_maintenance(
        self, provider_id: str, starts_at: datetime, ends_at: datetime, title: str
    ) -> MaintenanceWindow:
        """Add a window. Raises `UnknownProviderError`."""
        await self.one(provider_id)
        window = MaintenanceWindow(new_id("mw"), starts_at, ends_at, title)
        async with self.db.transaction() as tx:
            await self.directory.add_maintenance(tx, provider_id, window)
        return window

    async def remove_maintenance(self, provider_id: str, window_id: str) -> bool:
        """Take a window back; False if there is none of that id."""
        await self.one(provider_id)
        async with self.db.transaction() as tx:
            return await self.directory.remove_maintenance(tx, provider_id, window_id)


@asynccontextmanager
async def open_administration(settings: Settings) -> AsyncIterator[ProviderAdministration]:
    """Open the database that the settings name, and close it at the end.

    Raises:
        NoNetworkError: there is no database yet.
        MasterKeyError: the master key is not the one that belongs to the database.
        UnavailableError: the database cannot be used.
    """
    require_network(settings)
    clock = SystemClock()
    db = await open_database(settings.database_url)
    try:
        keys = await open_key_ring(db, master_key(settings), clock)
        directory = Directory(db, ChangeFeed(db), keys, clock, no_connector)
        yield ProviderAdministration(db, directory)
    finally:
        await db.close()


def require_network(settings: Settings) -> None:
    """Raises `NoNetworkError` where a command would make the database that it is to look at."""
    if settings.database is None and not (settings.data_dir / "easement.db").exists():
        raise NoNetworkError(settings.data_dir)


def no_connector(provider: Provider) -> Connector:
    """Stands where the network would reach a bank: a command calls none."""
    message = f"{provider.id} is not called from here"
    raise AssertionError(message)
