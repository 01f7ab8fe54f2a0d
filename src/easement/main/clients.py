"""Apps and service credentials for a command: on the database that `serve` uses, also while it
runs.

The running network hears of a change through the change feed, within a second.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from easement.identity.credentials import ServiceCredentials
from easement.identity.model import Credential
from easement.identity.scopes import CredentialKind
from easement.keys.service import open_key_ring
from easement.main.bank import PROVIDER_ID
from easement.main.master_key import master_key
from easement.main.providers import no_connector, require_network
from easement.main.settings import Settings
from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock, SystemClock
from easement.platform.clock_offset import ClockOffset
from easement.platform.db import Database, open_database
from easement.providers.directory import Directory
from easement.providers.errors import UnknownProviderError
from easement.recipients.assertions import ClientAssertions
from easement.recipients.errors import UnknownAppError, UnknownCompanyError
from easement.recipients.model import App
from easement.recipients.registration import Registration
from easement.recipients.service import Recipients


@dataclass(frozen=True, slots=True)
class ClientAdministration:
    """What an operator may look at and change."""

    db: Database
    recipients: Recipients
    registration: Registration
    credentials: ServiceCredentials
    directory: Directory

    async def app(self, app_id: str) -> App:
        """Raises `UnknownAppError`."""
        app = await self.recipients.current(app_id)
        if app is None:
            raise UnknownAppError(app_id)
        return app

    async def create_app(self, company: str, app: App) -> tuple[App, str | None]:
        """Register `app` for the company of that id or name, new or known; with its secret.

        Raises:
            InvalidAppError, AmbiguousCompanyError, UnknownProviderError.
        """
        await self._require_providers(app.subscriptions)
        async with self.db.transaction() as tx:
            company_id, company_name = await self.registration.company(tx, company)
            owned = replace(app, company_id=company_id, company_name=company_name)
            return await self.registration.create(tx, owned)

    async def update_app(self, app_id: str, change: Callable[[App], App]) -> App:
        """Bring the app to what `change` makes of it.

        Raises:
            UnknownAppError, InvalidAppError, UnknownProviderError.
        """
        await self._require_providers(change(await self.app(app_id)).subscriptions)
        async with self.db.transaction() as tx:
            return await self.registration.update(tx, app_id, change)

    async def rotate_app_secret(self, app_id: str, overlap: timedelta) -> str:
        """The new secret. Raises `UnknownAppError`, `InvalidAppError`."""
        async with self.db.transaction() as tx:
            return await self.registration.rotate_secret(tx, app_id, overlap)

    async def create_credential(
        self, kind: CredentialKind, organisation_id: str, scopes: Collection[str]
    ) -> tuple[str, str]:
        """A client_id and its secret.

        Raises:
            UnknownScopeError, UnknownProviderError, UnknownCompanyError.
        """
        if kind is CredentialKind.PROVIDER:
            await self._require_providers([organisation_id])
        elif organisation_id not in {app.company_id for app in await self.recipients.every()}:
            raise UnknownCompanyError(organisation_id)
        async with self.db.transaction() as tx:
            return await self.credentials.create(tx, kind, organisation_id, scopes)

    async def every_credential(self) -> list[Credential]:
        """All service credentials."""
        return await self.credentials.every()

    async def rotate_credential(self, client_id: str, overlap: timedelta) -> str:
        """The new secret. Raises `UnknownCredentialError`."""
        async with self.db.transaction() as tx:
            return await self.credentials.rotate_secret(tx, client_id, overlap)

    async def revoke_credential(self, client_id: str) -> None:
        """End it, with its tokens. Raises `UnknownCredentialError`."""
        async with self.db.transaction() as tx:
            await self.credentials.revoke(tx, client_id)

    async def _require_providers(self, provider_ids: Iterable[str]) -> None:
        for provider_id in provider_ids:
            if await self.directory.current(provider_id) is None:
                raise UnknownProviderError(provider_id)


@asynccontextmanager
async def open_client_administration(settings: Settings) -> AsyncIterator[ClientAdministration]:
    """Open the database that the settings name, and close it at the end.

    Raises:
        NoNetworkError: there is no database yet.
        MasterKeyError: the master key is not the one that belongs to the database.
        UnavailableError: the database cannot be used.
    """
    require_network(settings)
    db = await open_database(settings.database_url)
    try:
        feed, clock = ChangeFeed(db), MovableClock()
        # A sandbox's calendar may stand elsewhere.
        await ClockOffset(db, feed, clock).follow()
        keys = await open_key_ring(db, master_key(settings), clock)
        directory = Directory(db, feed, keys, clock, no_connector)
        assertions = ClientAssertions(db, settings.public_url, SystemClock())
        recipients = Recipients(db, feed, keys, clock, assertions)
        is_sandbox = await directory.current(PROVIDER_ID) is not None
        yield ClientAdministration(
            db,
            recipients,
            Registration(recipients, clock, allow_http=is_sandbox),
            ServiceCredentials(db, keys, clock),
            directory,
        )
    finally:
        await db.close()
