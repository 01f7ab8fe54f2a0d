"""A consumer's connection to a bank: its tokens sealed, refreshed once, retired at the end.

In one process all who wait share one refresh, over all replicas a lease sees to it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankError,
    BankUnavailableError,
)
from easement.connectors.model import BankLogin, BankTokens
from easement.keys.model import KeyRing
from easement.platform.clock import Clock
from easement.platform.crypto import SealBrokenError
from easement.platform.db import Database, Transaction
from easement.platform.ids import new_id
from easement.providers import store
from easement.providers.directory import Directory
from easement.providers.errors import ConnectionGoneError, UnknownProviderError
from easement.providers.leases import Leases
from easement.providers.model import Connection
from easement.providers.refresh import Extended, Refresh
from easement.providers.sealing import seal, unseal

T = TypeVar("T")

_log = logging.getLogger(__name__)
_RETIRE_BATCH = 20
_RETIRE_ATTEMPTS = 22  # doubling from a minute to twelve hours: about a week
_OPENED = 50_000


class Connections:
    """Consumers' connections, opened in memory when needed."""

    def __init__(self, db: Database, directory: Directory, keys: KeyRing, clock: Clock) -> None:
        self._db = db
        self._directory = directory
        self._keys = keys
        self._clock = clock
        self._leases = Leases()
        self._refreshes = Refresh(db, directory, keys, clock, self._leases)
        # Only the access token, and only in memory: the hot path reads no row.
        self._access_tokens: dict[str, str] = {}
        self._refreshing: dict[str, asyncio.Task[tuple[str, bool]]] = {}

    def tell_of_ends(self, extended: Extended) -> None:
        """Let `extended` hear, in the same transaction, when a bank's permission got a new end."""
        self._refreshes.extended = extended

    async def connect(
        self, tx: Transaction, provider_id: str, tokens: BankTokens, login: BankLogin
    ) -> Connection:
        """Store a new connection, sealed.

        It ends as the provider's policy on refresh tokens says; without a refresh token, when the
        access token does, as far as the bank tells.
        """
        now = self._clock.now()
        ends_at: datetime | None = None
        if tokens.refresh_token is not None:
            _, lifetime = await store.refresh_token_policy(tx, provider_id)
            ends_at = None if lifetime is None else now + lifetime
        elif tokens.lifetime is not None:
            ends_at = now + tokens.lifetime
        connection = Connection(
            id=new_id("conn"),
            provider_id=provider_id,
            login=login.subject,
            name=login.name,
            email=login.email,
            email_verified=login.email_verified,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            ends_at=ends_at,
        )
        await store.insert_connection(
            tx,
            connection.id,
            provider_id,
            sealed=seal(self._keys, connection),
            ends_at=ends_at,
            now=now,
        )
        return connection

    async def open(self, connection_id: str) -> Connection:
        """Open a connection's seal.

        Raises:
            ConnectionGoneError: it was retired.
        """
        async with self._db.read() as tx:
            stored = await store.load_connection(tx, connection_id)
        if stored is None or stored.retire_at is not None:
            raise ConnectionGoneError(connection_id)
        return unseal(self._keys, stored)

    async def call(
        self, provider_id: str, connection_id: str, do: Callable[[str], Awaitable[T]]
    ) -> T:
        """Run `do` with the bank's access token, refreshing it once if the bank rejects it.

        Raises:
            GrantRefusedError: the consumer's permission has ended; its `reason` says how.
            BankError: what `do` or the refresh raised.
            ConnectionGoneError: the connection was retired.
        """
        token = self._access_tokens.get(connection_id)
        if token is None:
            token = (await self.open(connection_id)).access_token
            self._remember(connection_id, token)
        just_issued = False
        while True:
            try:
                return await do(token)
            except AccessTokenRejectedError as error:
                if just_issued:
                    # No reason to end anything: only the token endpoint's refusal means that.
                    raise BankUnavailableError(
                        "the bank rejects what it has just issued"
                    ) from error
            # Another replica's refresh may be what we get, and may have expired since.
            token, just_issued = await self._refresh(provider_id, connection_id, token)

    async def retire(self, tx: Transaction, connection_id: str) -> None:
        """Mark in `tx` that the connection is over; the bank is told afterwards, by the job."""
        await store.retire(tx, connection_id, self._clock.now())
        tx.after_commit(lambda: self._forget(connection_id))

    async def forget_all(self, tx: Transaction) -> None:
        """Back to the seed: drop every connection; no bank is told."""
        await store.delete_connections(tx)
        tx.after_commit(self._access_tokens.clear)

    async def retire_due(self) -> None:
        """Job: tell banks of connections that ended, then delete their tokens."""
        async with self._db.read() as tx:
            due = await store.due_for_retirement(tx, self._clock.now(), _RETIRE_BATCH)
        for connection_id in due:
            try:
                await self._retire_at_bank(connection_id)
            except SealBrokenError:
                _log.error("connection %s does not open; its bank was not told", connection_id)
                async with self._db.transaction() as tx:
                    await store.delete_connection(tx, connection_id)

    async def _retire_at_bank(self, connection_id: str) -> None:
        holder = self._leases.new_holder()
        async with self._db.transaction() as tx:
            if not await self._leases.claim(tx, connection_id, holder):
                return
            stored = await store.load_connection(tx, connection_id)
        if stored is None:
            return
        connection = unseal(self._keys, stored)
        try:
            connector = await self._directory.connector_to(connection.provider_id)
            await connector.revoke(connection.refresh_token or connection.access_token)
        except (BankError, UnknownProviderError):
            if stored.retire_attempts < _RETIRE_ATTEMPTS:
                delay = timedelta(minutes=min(2**stored.retire_attempts, 720))
                async with self._db.transaction() as tx:
                    await store.postpone_retirement(tx, connection_id, self._clock.now() + delay)
                    await self._leases.release(tx, connection_id, holder)
                return
            _log.warning("gave up telling %s of an ended connection", stored.provider_id)
        async with self._db.transaction() as tx:
            await store.delete_connection(tx, connection_id)

    async def _refresh(
        self, provider_id: str, connection_id: str, rejected: str
    ) -> tuple[str, bool]:
        """An access token other than `rejected`, and whether the bank has just issued it."""
        task = self._refreshing.get(connection_id)
        if task is None:
            task = asyncio.create_task(self._refresh_once(provider_id, connection_id, rejected))
            self._refreshing[connection_id] = task
            task.add_done_callback(lambda done: self._refreshed(connection_id, done))
        # Shielded: one caller who hangs up must not cancel the refresh for the others.
        return await asyncio.shield(task)

    async def _refresh_once(
        self, provider_id: str, connection_id: str, rejected: str
    ) -> tuple[str, bool]:
        token, just_issued = await self._refreshes(provider_id, connection_id, rejected)
        self._remember(connection_id, token)
        return token, just_issued

    def _refreshed(self, connection_id: str, done: asyncio.Task[tuple[str, bool]]) -> None:
        self._refreshing.pop(connection_id, None)
        if not done.cancelled():
            done.exception()  # those who still wait get it; nobody waiting is no fault

    def _remember(self, connection_id: str, access_token: str) -> None:
        if len(self._access_tokens) >= _OPENED:
            del self._access_tokens[next(iter(self._access_tokens))]
        self._access_tokens[connection_id] = access_token

    def _forget(self, connection_id: str) -> None:
        self._access_tokens.pop(connection_id, None)
