"""A consumer's connection to a bank: its tokens sealed, refreshed once, retired at the end.

A bank that rotates refresh tokens ends the connection when two callers refresh at once, so the
right to refresh is a lease in the database, taken by one conditional UPDATE with an expiry: no
transaction is held over the call to the bank. In one process all who wait share one refresh.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankError,
    BankTimeoutError,
    GrantRefusedError,
)
from easement.connectors.model import BankLogin, BankTokens
from easement.keys.model import KeyRing
from easement.platform.clock import Clock, SystemClock
from easement.platform.db import Database, Transaction
from easement.platform.ids import new_id
from easement.providers import store
from easement.providers.directory import Directory
from easement.providers.errors import ConnectionGoneError, UnknownProviderError
from easement.providers.model import Connection

T = TypeVar("T")

_log = logging.getLogger(__name__)
_LEASE = timedelta(seconds=20)
_LEASE_POLL_S = 0.05
_LEASE_TURNS = 240
_RETIRE_BATCH = 20
_RETIRE_PATIENCE = timedelta(days=7)
_OPENED = 50_000


class Connections:
    """Consumers' connections, opened in memory when needed."""

    def __init__(self, db: Database, directory: Directory, keys: KeyRing, clock: Clock) -> None:
        self._db = db
        self._directory = directory
        self._keys = keys
        self._clock = clock
        self._lease_clock = SystemClock()
        # Only the access token, and only in memory: the hot path reads no row.
        self._access_tokens: dict[str, str] = {}
        self._refreshing: dict[str, asyncio.Task[str]] = {}

    async def connect(
        self, tx: Transaction, provider_id: str, tokens: BankTokens, login: BankLogin
    ) -> Connection:
        """Store a new connection, sealed."""
        connection = Connection(
            id=new_id("conn"),
            provider_id=provider_id,
            login=login.subject,
            name=login.name,
            email=login.email,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
        )
        await store.insert_connection(
            tx, connection.id, provider_id, self._seal(connection), self._clock.now()
        )
        return connection

    async def open(self, connection_id: str) -> Connection:
        """Open a connection's seal.

        Raises:
            ConnectionGoneError: it was retired.
        """
        async with self._db.read() as tx:
            row = await store.load_connection(tx, connection_id)
        if row is None or row.retire_at is not None:
            raise ConnectionGoneError(connection_id)
        return self._unseal(row.id, row.provider_id, row.sealed)

    async def call(
        self, provider_id: str, connection_id: str, do: Callable[[str], Awaitable[T]]
    ) -> T:
        """Run `do` with the bank's access token, refreshing it once if the bank rejects it.

        Raises:
            GrantRefusedError: the bank refuses to refresh: the consumer's permission has ended.
            BankError: what `do` or the refresh raised.
            ConnectionGoneError: the connection was retired.
        """
        token = self._access_tokens.get(connection_id)
        if token is None:
            token = (await self.open(connection_id)).access_token
            self._remember(connection_id, token)
        try:
            return await do(token)
        except AccessTokenRejectedError:
            fresh = await self._refresh(provider_id, connection_id, token)
        try:
            return await do(fresh)
        except AccessTokenRejectedError as error:
            # A bank that gives out a token and rejects it at once has ended the permission.
            raise GrantRefusedError from error

    async def retire(self, tx: Transaction, connection_id: str) -> None:
        """Mark in `tx` that the connection is over; the bank is told afterwards, by the job."""
        await store.retire(tx, connection_id, self._clock.now())
        tx.after_commit(lambda: self._forget(connection_id))

    async def retire_due(self) -> None:
        """Job: tell banks of connections that ended, then delete their tokens."""
        async with self._db.read() as tx:
            due = await store.due_for_retirement(tx, self._clock.now(), _RETIRE_BATCH)
        for connection_id in due:
            await self._retire_at_bank(connection_id)

    async def _retire_at_bank(self, connection_id: str) -> None:
        holder = new_id("lease")
        async with self._db.transaction() as tx:
            if not await self._claim(tx, connection_id, holder):
                return
            row = await store.load_connection(tx, connection_id)
        if row is None:
            return
        connection = self._unseal(row.id, row.provider_id, row.sealed)
        try:
            connector = await self._directory.connector_to(connection.provider_id)
            await connector.revoke(connection.refresh_token or connection.access_token)
        except (BankError, UnknownProviderError) as error:
            now = self._clock.now()
            if row.created_at < now - _RETIRE_PATIENCE and row.retire_attempts > 10:
                _log.warning("gave up telling %s of an ended connection", row.provider_id)
            else:
                delay = timedelta(minutes=min(2**row.retire_attempts, 720))
                _log.info("%s not told of an ended connection yet: %r", row.provider_id, error)
                async with self._db.transaction() as tx:
                    await store.postpone_retirement(tx, connection_id, now + delay)
                    await store.release_lease(tx, connection_id, holder)
                return
        async with self._db.transaction() as tx:
            await store.delete_connection(tx, connection_id)

    async def _refresh(self, provider_id: str, connection_id: str, rejected: str) -> str:
        task = self._refreshing.get(connection_id)
        if task is None:
            task = asyncio.create_task(self._refresh_once(provider_id, connection_id, rejected))
            self._refreshing[connection_id] = task
            task.add_done_callback(lambda done: self._refreshed(connection_id, done))
        # Shielded: one caller who hangs up must not cancel the refresh for the others.
        return await asyncio.shield(task)

    def _refreshed(self, connection_id: str, done: asyncio.Task[str]) -> None:
        self._refreshing.pop(connection_id, None)
        if not done.cancelled():
            done.exception()  # those who still wait get it; nobody waiting is no fault

    async def _refresh_once(self, provider_id: str, connection_id: str, rejected: str) -> str:
        holder = new_id("lease")
        for _ in range(_LEASE_TURNS):
            connection = await self.open(connection_id)
            if connection.access_token != rejected:
                self._remember(connection_id, connection.access_token)
                return connection.access_token
            async with self._db.transaction() as tx:
                claimed = await self._claim(tx, connection_id, holder)
            if claimed:
                # Who held the lease before may have finished between our read and our claim.
                connection = await self.open(connection_id)
                return await self._refresh_at_bank(provider_id, connection, holder, rejected)
            await asyncio.sleep(_LEASE_POLL_S)
        raise BankTimeoutError("somebody else is refreshing this connection and does not finish")

    async def _refresh_at_bank(
        self, provider_id: str, connection: Connection, holder: str, rejected: str
    ) -> str:
        if connection.access_token != rejected:
            async with self._db.transaction() as tx:
                await store.release_lease(tx, connection.id, holder)
            self._remember(connection.id, connection.access_token)
            return connection.access_token
        try:
            if connection.refresh_token is None:
                raise GrantRefusedError
            connector = await self._directory.connector_to(provider_id)
            tokens = await connector.refresh(connection.refresh_token)
        except BaseException:
            async with self._db.transaction() as tx:
                await store.release_lease(tx, connection.id, holder)
            raise
        renewed = Connection(
            id=connection.id,
            provider_id=provider_id,
            login=connection.login,
            name=connection.name,
            email=connection.email,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token or connection.refresh_token,
        )
        async with self._db.transaction() as tx:
            await store.release_lease(tx, connection.id, holder, self._seal(renewed))
        self._remember(connection.id, tokens.access_token)
        return tokens.access_token

    async def _claim(self, tx: Transaction, connection_id: str, holder: str) -> bool:
        now = self._lease_clock.now()
        return await store.claim_lease(tx, connection_id, holder, now, _LEASE)

    def _remember(self, connection_id: str, access_token: str) -> None:
        if len(self._access_tokens) >= _OPENED:
            del self._access_tokens[next(iter(self._access_tokens))]
        self._access_tokens[connection_id] = access_token

    def _forget(self, connection_id: str) -> None:
        self._access_tokens.pop(connection_id, None)

    def _seal(self, connection: Connection) -> bytes:
        content = {
            "login": connection.login,
            "name": connection.name,
            "email": connection.email,
            "access_token": connection.access_token,
            "refresh_token": connection.refresh_token,
        }
        return self._keys.seal(json.dumps(content).encode(), f"connection:{connection.id}")

    def _unseal(self, connection_id: str, provider_id: str, sealed: bytes) -> Connection:
        content = json.loads(self._keys.unseal(sealed, f"connection:{connection_id}"))
        return Connection(id=connection_id, provider_id=provider_id, **content)
