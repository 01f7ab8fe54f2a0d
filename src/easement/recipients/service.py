"""Who a client is: looked up, authenticated, registered."""

from easement.keys.model import KeyRing
from easement.platform.cache import FreshCache
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.crypto import same
from easement.platform.db import Database, Transaction
from easement.recipients import store
from easement.recipients.assertions import ClientAssertions
from easement.recipients.model import App

TOPIC = "app"
_NOBODYS = "-" * 43


class Recipients:
    """The apps of this network."""

    def __init__(
        self,
        db: Database,
        feed: ChangeFeed,
        keys: KeyRing,
        clock: Clock,
        assertions: ClientAssertions,
    ) -> None:
        self._db = db
        self._feed = feed
        self._keys = keys
        self._clock = clock
        self._assertions = assertions
        self._apps = FreshCache(feed, TOPIC, self._load, size=10_000)

    async def current(self, app_id: str) -> App | None:
        """The app as it stands."""
        return await self._apps.get(app_id)

    async def authenticate(self, client_id: str, client_secret: str) -> App | None:
        """The app, if `client_secret` is one of its secrets (RFC 6749 2.3.1).

        An app with keys is not let in by a secret, whatever is stored.
        """
        presented = self._keys.hash("client_secret", client_secret)
        app = await self.current(client_id)
        secrets = () if app is None or app.jwks is not None else app.secrets
        now = self._clock.now()
        known = [each.hash for each in secrets if each.is_live(now)]
        # Whoever it says it is, something is compared: the time tells nothing of who is registered.
        matches = [same(presented, each) for each in known or [_NOBODYS]]
        return app if any(matches) else None

    async def authenticate_by_assertion(
        self, assertion: str, client_id: str | None = None
    ) -> App | None:
        """The app that made a client assertion (RFC 7523 2.2), which is thereby used.

        A `client_id` sent beside it must be the same (RFC 7521 4.2).
        """
        subject = self._assertions.subject(assertion)
        if subject is None or client_id not in {None, subject}:
            return None
        app = await self.current(subject)
        return app if app is not None and await self._assertions.accept(app, assertion) else None

    def claimed_client(self, assertion: str) -> str | None:
        """The client_id that a client assertion claims, unproven."""
        return self._assertions.subject(assertion)

    def secret_hash(self, client_secret: str) -> str:
        """How a client secret is stored."""
        return self._keys.hash("client_secret", client_secret)

    async def named(self, name: str) -> App | None:
        """The app of that name, where it is the only one."""
        async with self._db.read() as tx:
            ids = await store.app_ids_by_name(tx, name)
        return await self.current(ids[0]) if len(ids) == 1 else None

    async def every(self) -> list[App]:
        """All apps, in the order of their names."""
        async with self._db.read() as tx:
            ids = await store.app_ids(tx)
        found = [await self.current(app_id) for app_id in ids]
        return [app for app in found if app is not None]

    async def register(self, tx: Transaction, app: App) -> None:
        """Make or replace `app` and its company."""
        now = self._clock.now()
        await store.save_company(tx, app.company_id, app.company_name, now)
        await store.save_app(tx, app, now)
        await self._feed.announce(tx, TOPIC, app.id)

    async def forget_expired(self) -> None:
        """Job: delete secrets whose overlap is over, and assertions past their date."""
        async with self._db.transaction() as tx:
            await store.delete_expired_secrets(tx, self._clock.now())
        await self._assertions.forget_expired()

    async def _load(self, app_id: str) -> App | None:
        async with self._db.read() as tx:
            return await store.load_app(tx, app_id)
