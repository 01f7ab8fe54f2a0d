"""A consumer's connection to a bank: its tokens sealed, refreshed once, retired at the end.

A bank that rotates refresh tokens ends the connection when two callers refresh at once, so the
right to refresh is a lease in the database, taken by one conditional UPDATE with an expiry: no
transaction is held over the call to the bank. In one process all who wait share one refresh.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankError,
    BankTimeoutError,
    BankUnavailableError,
    GrantRefusedError,
)
from easement.connectors.model import BankLogin, BankTokens
from easement.keys.model import KeyRing
from easement.platform.clock import Clock, SystemClock
from easement.platform.crypto import SealBrokenError
from easement.platform.db import Database, Transaction, UnavailableError
from easement.platform.ids import new_id
from easement.providers import store
from easement.providers.directory import Directory
from easement.providers.errors import ConnectionGoneError, UnknownProviderError
from easement.providers.model import Connection, SealedConnection

T = TypeVar("T")

_log = logging.getLogger(__name__)
_LEASE = timedelta(seconds=20)
_STORE_PAUSES_S = (0.1, 0.5, 1.0, 2.0)
_LEASE_POLL_S = 0.05
_LEASE_TURNS = 240
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
        self._lease_clock = SystemClock()
        # Only the access token, and only in memory: the hot path reads no row.
        self._access_tokens: dict[str, str] = {}
        self._refreshing: dict[str, asyncio.Task[tuple[str, bool]]] = {}

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
            email_verified=login.email_verified,
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
        return self._unseal(await self._stored(connection_id))

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
        holder = new_id("lease")
        async with self._db.transaction() as tx:
            if not await self._claim(tx, connection_id, holder):
                return
            stored = await store.load_connection(tx, connection_id)
        if stored is None:
            return
        connection = self._unseal(stored)
        try:
            connector = await self._directory.connector_to(connection.provider_id)
            await connector.revoke(connection.refresh_token or connection.access_token)
        except (BankError, UnknownProviderError):
            if stored.retire_attempts < _RETIRE_ATTEMPTS:
                delay = timedelta(minutes=min(2**stored.retire_attempts, 720))
                async with self._db.transaction() as tx:
                    await store.postpone_retirement(tx, connection_id, self._clock.now() + delay)
                    await store.release_lease(tx, connection_id, holder)
                return
            _log.warning("gave up telling %s of an ended connection", stored.provider_id)
        async with self._db.transaction() as tx:
            await store.delete_connection(tx, connection_id)

    async def _stored(self, connection_id: str) -> SealedConnection:
        async with self._db.read() as tx:
            stored = await store.load_connection(tx, connection_id)
        if stored is None or stored.retire_at is not None:
            raise ConnectionGoneError(connection_id)
        return stored

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

    def _refreshed(self, connection_id: str, done: asyncio.Task[tuple[str, bool]]) -> None:
        self._refreshing.pop(connection_id, None)
        if not done.cancelled():
            done.exception()  # those who still wait get it; nobody waiting is no fault

    async def _refresh_once(
        self, provider_id: str, connection_id: str, rejected: str
    ) -> tuple[str, bool]:
        holder = new_id("lease")
        for _ in range(_LEASE_TURNS):
            connection = await self.open(connection_id)
            if connection.access_token != rejected:
                self._remember(connection_id, connection.access_token)
                return connection.access_token, False
            async with self._db.transaction() as tx:
                claimed = await self._claim(tx, connection_id, holder)
            if claimed:
                return await self._refresh_at_bank(provider_id, connection_id, holder, rejected)
            await asyncio.sleep(_LEASE_POLL_S)
        raise BankTimeoutError("somebody else is refreshing this connection and does not finish")

    async def _refresh_at_bank(
        self, provider_id: str, connection_id: str, holder: str, rejected: str
    ) -> tuple[str, bool]:
        try:
            # Who held the lease before may have finished between our read and our claim.
            stored = await self._stored(connection_id)
            connection = self._unseal(stored)
            if connection.access_token != rejected:
                self._remember(connection_id, connection.access_token)
                return connection.access_token, False
            if connection.refresh_token is None:
                raise GrantRefusedError
            connector = await self._directory.connector_to(provider_id)
            tokens = await connector.refresh(connection.refresh_token)
            renewed = replace(
                connection,
                access_token=tokens.access_token,
                refresh_token=tokens.refresh_token or connection.refresh_token,
            )
            await self._store_renewed(stored, renewed)
        finally:
            # If the database is out, the lease runs out by itself.
            with contextlib.suppress(UnavailableError):
                async with self._db.transaction() as tx:
                    await store.release_lease(tx, connection_id, holder)
        self._remember(connection_id, tokens.access_token)
        return tokens.access_token, True

    async def _store_renewed(self, stored: SealedConnection, renewed: Connection) -> None:
        """Put new tokens in place of the old ones; a database that is out is tried again, because
        a bank that rotates takes the old ones no more."""
        sealed = self._seal(renewed)
        for pause_s in _STORE_PAUSES_S:
            try:
                async with self._db.transaction() as tx:
                    # Held against the old seal, not the lease: an overdue answer of a bank that
                    # rotates is still the only one that counts.
                    replaced = await store.replace_seal(tx, stored.id, stored.sealed, sealed)
            except UnavailableError:
                await asyncio.sleep(pause_s)
            else:
                if not replaced:
                    raise ConnectionGoneError(stored.id)
                return
        _log.error("renewed tokens of connection %s could not be stored", stored.id)
        raise UnavailableError("the database does not take renewed bank tokens")

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
            "email_verified": connection.email_verified,
            "access_token": connection.access_token,
            "refresh_token": connection.refresh_token,
        }
        return self._keys.seal(json.dumps(content).encode(), f"connection:{connection.id}")

    def _unseal(self, stored: SealedConnection) -> Connection:
        content = json.loads(self._keys.unseal(stored.sealed, f"connection:{stored.id}"))
        return Connection(id=stored.id, provider_id=stored.provider_id, **content)
