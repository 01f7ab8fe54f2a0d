"""Makes, changes and ends grants. Each change and its event share the caller's transaction."""

from collections.abc import Collection

from easement.consent import events, store
from easement.consent.errors import GrantEndedError
from easement.consent.model import Grant, GrantStatus, Initiator
from easement.keys.model import KeyRing
from easement.platform.cache import FreshCache
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction
from easement.platform.ids import new_id
from easement.platform.outbox import Event, publish
from easement.providers.connections import Connections
from easement.providers.model import Connection, Provider
from easement.recipients.model import App
from easement.tokens.service import Tokens

TOPIC = "grant"


class Consents:
    """The consent grants of this network."""

    def __init__(
        self,
        *,
        db: Database,
        feed: ChangeFeed,
        keys: KeyRing,
        clock: Clock,
        tokens: Tokens,
        connections: Connections,
    ) -> None:
        self._db = db
        self._feed = feed
        self._keys = keys
        self._clock = clock
        self._tokens = tokens
        self._connections = connections
        self._grants = FreshCache(feed, TOPIC, self._load)

    async def current(self, grant_id: str) -> Grant | None:
        """The grant as it stands."""
        return await self._grants.get(grant_id)

    async def require_active(self, grant_id: str) -> Grant:
        """The grant, if data may flow and tokens may be issued now.

        Raises:
            GrantEndedError: it is unknown, expired or revoked.
        """
        grant = await self.current(grant_id)
        if grant is None or not grant.is_active(self._clock.now()):
            raise GrantEndedError(grant_id)
        return grant

    async def grant(
        self,
        tx: Transaction,
        *,
        app: App,
        provider: Provider,
        connection: Connection,
        account_ids: Collection[str],
    ) -> Grant:
        """Record that the consumer of `connection` lets `app` read `account_ids`."""
        now = self._clock.now()
        duration = provider.policy.consent_duration
        grant = Grant(
            id=new_id("grant"),
            app_id=app.id,
            company_id=app.company_id,
            provider_id=provider.id,
            connection_id=connection.id,
            subject=self._keys.subject(provider.id, connection.login, app.company_id),
            login_hash=self._keys.hash("login", provider.id, connection.login),
            account_ids=frozenset(account_ids),
            products=app.products,
            status=GrantStatus.ACTIVE,
            created_at=now,
            expires_at=None if duration is None else now + duration,
            ended_at=None,
            ended_by=None,
        )
        await store.insert_grant(tx, grant)
        await self._tell(tx, events.CONSENT_GRANTED, grant.id, Initiator.INDIVIDUAL)
        return grant

    async def change_accounts(
        self, tx: Transaction, grant_id: str, account_ids: Collection[str], by: Initiator
    ) -> bool:
        """Replace the accounts of an active grant; False if there is no such active grant."""
        if not await store.set_accounts(tx, grant_id, account_ids, self._clock.now()):
            return False
        await self._tell(tx, events.CONSENT_UPDATED, grant_id, by)
        return True

    async def revoke(self, tx: Transaction, grant_id: str, by: Initiator) -> bool:
        """End a grant with its tokens and its bank connection; False if it was not active."""
        if not await store.end_grant(tx, grant_id, by, self._clock.now()):
            return False
        await self._tokens.end_for_grant(tx, grant_id, f"revoked:{by}")
        grant = await store.load_grant(tx, grant_id)
        if grant is not None:
            await self._connections.retire(tx, grant.connection_id)
        await self._tell(tx, events.CONSENT_REVOKED, grant_id, by)
        return True

    async def ended_by_provider(self, grant_id: str) -> None:
        """The bank refuses to refresh: the consumer ended the permission there."""
        async with self._db.transaction() as tx:
            await self.revoke(tx, grant_id, Initiator.DATA_PROVIDER)

    async def _tell(self, tx: Transaction, event: str, grant_id: str, by: Initiator) -> None:
        await self._feed.announce(tx, TOPIC, grant_id)
        await publish(tx, Event(event, grant_id, self._clock.now(), {"initiator": by}))

    async def _load(self, grant_id: str) -> Grant | None:
        async with self._db.read() as tx:
            return await store.load_grant(tx, grant_id)
