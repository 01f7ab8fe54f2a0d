"""Makes, changes and ends grants. Each change and its event share the caller's transaction."""

from collections.abc import Collection
from datetime import datetime

from easement.consent import events, store
from easement.consent.duration import NOTICE, Duration, agreed_duration
from easement.consent.errors import GrantEndedError
from easement.consent.model import Grant, GrantStatus, Initiator
from easement.keys.model import KeyRing
from easement.platform import audit
from easement.platform.audit import AuditEvent, AuditKind
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
        connections.tell_of_ends(self._moved_end)

    async def current(self, grant_id: str) -> Grant | None:
        """The grant as it stands."""
        return await self._grants.get(grant_id)

    async def newest(self, limit: int) -> list[Grant]:
        """The grants made last, the newest first."""
        async with self._db.read() as tx:
            return await store.newest_grants(tx, limit)

    def login_hash(self, provider_id: str, login: str) -> str:
        """How a grant names the consumer of that login."""
        return self._keys.hash("login", provider_id, login)

    def subject(self, app: App, provider_id: str, login: str) -> str:
        """The ``sub`` by which `app` knows the consumer of that login."""
        return self._keys.subject(provider_id, login, app.company_id)

    async def require_active(self, grant_id: str) -> Grant:
        """The grant, if data may flow and tokens may be issued now.

        Raises:
            GrantEndedError: it is unknown, expired or revoked.
        """
        grant = await self.current(grant_id)
        if grant is None or not grant.is_active(self._clock.now()):
            raise GrantEndedError(grant_id)
        return grant

    def duration(self, app: App, provider: Provider) -> Duration:
        """How long a consent lasts that is given now."""
        return agreed_duration(provider.policy, app.consent_duration, self._clock.now())

    async def grant(
        self,
        tx: Transaction,
        *,
        app: App,
        provider: Provider,
        connection: Connection,
        account_ids: Collection[str],
    ) -> Grant:
        """Record that the consumer of `connection` lets `app` read `account_ids`.

        The grant lasts no longer than the bank's permission behind it.
        """
        duration = self.duration(app, provider)
        ends = [each for each in (duration.until, connection.ends_at) if each is not None]
        grant = Grant(
            id=new_id("grant"),
            app_id=app.id,
            company_id=app.company_id,
            provider_id=provider.id,
            connection_id=connection.id,
            subject=self.subject(app, provider.id, connection.login),
            login_hash=self.login_hash(provider.id, connection.login),
            account_ids=frozenset(account_ids),
            products=app.products,
            status=GrantStatus.ACTIVE,
            created_at=duration.since,
            expires_at=min(ends, default=None),
            ended_at=None,
            ended_by=None,
            duration_type=duration.type,
        )
        await store.insert_grant(tx, grant, duration.until)
        await self._tell(tx, events.CONSENT_GRANTED, grant.id, Initiator.INDIVIDUAL)
        await self._note(tx, AuditKind.CONSENT_GRANTED, grant.id, Initiator.INDIVIDUAL)
        return grant

    async def change_accounts(
        self, tx: Transaction, grant_id: str, account_ids: Collection[str], by: Initiator
    ) -> bool:
        """Replace the accounts of an active grant; False if there is no such active grant."""
        if not await store.set_accounts(tx, grant_id, account_ids, self._clock.now()):
            return False
        await self._tell(tx, events.CONSENT_UPDATED, grant_id, by)
        await self._note(tx, AuditKind.CONSENT_CHANGED, grant_id, by)
        return True

    async def revoke(
        self, tx: Transaction, grant_id: str, by: Initiator, reason: str | None = None
    ) -> bool:
        """End a grant with its tokens and its bank connection; False if it was not active."""
        if not await store.end_grant(tx, grant_id, by, reason, self._clock.now()):
            return False
        await self._end_what_hangs_on(tx, grant_id, f"revoked:{by}")
        await self._tell(tx, events.CONSENT_REVOKED, grant_id, by)
        await self._note(tx, AuditKind.CONSENT_REVOKED, grant_id, by, reason)
        return True

    async def expire(self, tx: Transaction, grant_id: str) -> bool:
        """End a grant whose time is over, like `revoke`; False if it was not active, or its time
        is not over."""
        if not await store.expire_grant(tx, grant_id, self._clock.now()):
            return False
        await self._end_what_hangs_on(tx, grant_id, "expired")
        await self._tell(
            tx,
            events.CONSENT_UPDATED,
            grant_id,
            Initiator.DATA_ACCESS_PLATFORM,
            status=GrantStatus.EXPIRED,
        )
        await self._note(tx, AuditKind.CONSENT_EXPIRED, grant_id, Initiator.DATA_ACCESS_PLATFORM)
        return True

    async def ended_by_provider(self, grant_id: str, reason: str) -> None:
        """The bank gives nothing more; `reason` is a `GrantRefusedError.reason`."""
        async with self._db.transaction() as tx:
            await self.revoke(tx, grant_id, Initiator.DATA_PROVIDER, reason)

    async def forget_all(self, tx: Transaction) -> None:
        """Back to the seed: no grant was ever made. Tells nobody: nothing ended."""
        await store.delete_all(tx)
        await self._feed.announce_all(tx, TOPIC)

    async def _moved_end(self, tx: Transaction, connection_id: str, ends_at: datetime) -> None:
        told_until = self._clock.now() + NOTICE
        for grant_id in await store.move_end(tx, connection_id, ends_at, told_until):
            await self._feed.announce(tx, TOPIC, grant_id)

    async def _end_what_hangs_on(self, tx: Transaction, grant_id: str, reason: str) -> None:
        await self._tokens.end_for_grant(tx, grant_id, reason)
        grant = await store.load_grant(tx, grant_id)
        if grant is not None:
            await self._connections.retire(tx, grant.connection_id)

    async def _tell(
        self, tx: Transaction, event: str, grant_id: str, by: Initiator, **more: str
    ) -> None:
        await self._feed.announce(tx, TOPIC, grant_id)
        await publish(tx, Event(event, grant_id, self._clock.now(), {"initiator": by, **more}))

    async def _note(
        self,
        tx: Transaction,
        kind: AuditKind,
        grant_id: str,
        by: Initiator,
        reason: str | None = None,
    ) -> None:
        grant = await store.load_grant(tx, grant_id)
        event = AuditEvent(
            kind,
            f"by {by}" if reason is None else f"by {by}: {reason}",
            self._clock.now(),
            app_id=None if grant is None else grant.app_id,
            provider_id=None if grant is None else grant.provider_id,
            grant_id=grant_id,
        )
        await audit.record(tx, event)

    async def _load(self, grant_id: str) -> Grant | None:
        async with self._db.read() as tx:
            return await store.load_grant(tx, grant_id)
