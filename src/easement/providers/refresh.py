"""One refresh of a connection's bank tokens, once over all replicas, so that no crash loses it
unseen.

A bank that rotates refresh tokens ends the connection when two callers refresh at once; hence the
lease. It may also have rotated when its answer is lost: in a crash, on a broken line, by a timeout.
So before the bank is asked, that is noted beside the lease, and the note goes when the outcome is
known. Who finds a note under a new lease tries the old refresh token once more: a bank with a grace
answers with tokens, and one without refuses, which then says that the answer was lost and not that
the consumer took the permission back.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from easement.connectors.errors import (
    BankTimeoutError,
    GrantRefusedError,
    NoRefreshTokenError,
    NothingDoneError,
    RefreshAnswerLostError,
)
from easement.connectors.model import BankTokens
from easement.connectors.ports import Connector
from easement.keys.model import KeyRing
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction, UnavailableError
from easement.providers import store
from easement.providers.directory import Directory
from easement.providers.errors import ConnectionGoneError
from easement.providers.leases import Leases
from easement.providers.model import Connection, RefreshTokenPolicy, SealedConnection
from easement.providers.sealing import seal, unseal

Extended = Callable[[Transaction, str, datetime], Awaitable[None]]
"""Told in the transaction that moves the end of a bank's permission: the connection's id, and when
it ends now."""

_log = logging.getLogger(__name__)
_STORE_PAUSES_S = (0.1, 0.5, 1.0, 2.0)
_LEASE_POLL_S = 0.05
_LEASE_TURNS = 240


@dataclass(frozen=True, slots=True)
class _Begun:
    """A refresh whose beginning is noted. `is_second_try`: an earlier one had no outcome."""

    holder: str
    stored: SealedConnection
    connection: Connection
    refresh_token: str
    is_second_try: bool


class Refresh:
    """Refreshes connections. `extended` hears of new ends of the bank's permission."""

    def __init__(
        self, db: Database, directory: Directory, keys: KeyRing, clock: Clock, leases: Leases
    ) -> None:
        self._db = db
        self._directory = directory
        self._keys = keys
        self._clock = clock
        self._leases = leases
        self.extended: Extended | None = None

    async def __call__(
        self, provider_id: str, connection_id: str, rejected: str
    ) -> tuple[str, bool]:
        """An access token other than `rejected`, and whether the bank has just issued it.

        Raises:
            GrantRefusedError: the permission has ended; its `reason` says how.
            BankError: the bank did not answer, or not in a way that ends anything.
            ConnectionGoneError: the connection was retired.
        """
        connector = await self._directory.connector_to(provider_id)
        holder = self._leases.new_holder()
        for _ in range(_LEASE_TURNS):
            async with self._db.read() as tx:
                _, connection = await self._load(tx, connection_id)
            if connection.access_token != rejected:
                return connection.access_token, False
            async with self._db.transaction() as tx:
                begun = await self._begin(tx, connection_id, holder, rejected)
            if isinstance(begun, _Begun):
                return await self._finish(connector, begun), True
            if begun is not None:
                return begun, False
            await asyncio.sleep(_LEASE_POLL_S)
        raise BankTimeoutError("somebody else is refreshing this connection and does not finish")

    async def _begin(
        self, tx: Transaction, connection_id: str, holder: str, rejected: str
    ) -> _Begun | str | None:
        """Take the lease and note the refresh; None while somebody else holds it, and the access
        token of somebody who has finished since we looked."""
        if not await self._leases.claim(tx, connection_id, holder):
            return None
        stored, connection = await self._load(tx, connection_id)
        if connection.access_token != rejected:
            await self._leases.release(tx, connection_id, holder)
            return connection.access_token
        if connection.refresh_token is None:
            raise NoRefreshTokenError
        await store.start_refresh(tx, connection_id, self._clock.now())
        is_second_try = stored.refresh_started_at is not None
        return _Begun(holder, stored, connection, connection.refresh_token, is_second_try)

    async def _finish(self, connector: Connector, begun: _Begun) -> str:
        is_unchanged = False
        try:
            tokens = await connector.refresh(begun.refresh_token)
            await self._store(begun, tokens)
        except NothingDoneError:
            # What an earlier refresh did is still not known.
            is_unchanged = not begun.is_second_try
            raise
        except GrantRefusedError as error:
            if begun.is_second_try:
                _log.warning(
                    "the answer to a refresh of connection %s was lost, and the bank takes its "
                    "refresh token no more; its consumer has to link again",
                    begun.stored.id,
                )
                raise RefreshAnswerLostError from error
            is_unchanged = True
            raise
        finally:
            # If the database is out, the lease runs out by itself.
            with contextlib.suppress(UnavailableError):
                async with self._db.transaction() as tx:
                    if is_unchanged:
                        await store.call_off_refresh(tx, begun.stored.id, begun.stored.sealed)
                    await self._leases.release(tx, begun.stored.id, begun.holder)
        return tokens.access_token

    async def _store(self, begun: _Begun, tokens: BankTokens) -> None:
        """Put new tokens in place of the old ones; a database that is out is tried again, because
        a bank that rotates takes the old ones no more."""
        renewed = replace(
            begun.connection,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token or begun.refresh_token,
        )
        sealed = seal(self._keys, renewed)
        for pause_s in _STORE_PAUSES_S:
            try:
                async with self._db.transaction() as tx:
                    replaced = await self._replace(tx, begun.stored, sealed)
            except UnavailableError:
                await asyncio.sleep(pause_s)
            else:
                if not replaced:
                    raise ConnectionGoneError(begun.stored.id)
                return
        _log.error("renewed tokens of connection %s could not be stored", begun.stored.id)
        raise UnavailableError("the database does not take renewed bank tokens")

    async def _replace(self, tx: Transaction, stored: SealedConnection, sealed: bytes) -> bool:
        """Held against the old seal, not the lease: an overdue answer of a bank that rotates is
        still the only one that counts."""
        policy, lifetime = await store.refresh_token_policy(tx, stored.provider_id)
        rolls_to = None
        if policy is RefreshTokenPolicy.ROLLING and lifetime is not None:
            rolls_to = self._clock.now() + lifetime
        ends_at = rolls_to or stored.ends_at
        if not await store.finish_refresh(tx, stored.id, stored.sealed, sealed, ends_at):
            return False
        if rolls_to is not None and self.extended is not None:
            await self.extended(tx, stored.id, rolls_to)
        return True

    async def _load(
        self, tx: Transaction, connection_id: str
    ) -> tuple[SealedConnection, Connection]:
        stored = await store.load_connection(tx, connection_id)
        if stored is None or stored.retire_at is not None:
            raise ConnectionGoneError(connection_id)
        return stored, unseal(self._keys, stored)
