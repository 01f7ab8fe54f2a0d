"""Who a client is: looked up, authenticated, registered."""

from easement.keys.model import KeyRing
from easement.platform.cache import FreshCache
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.crypto import same
from easement.platform.db import Database, Transaction
from easement.recipients import store
from easement.recipients.model import App

TOPIC = "app"


class Recipients:
    """The apps of this network."""

    def __init__(self, db: Database, feed: ChangeFeed, keys: KeyRing, clock: Clock) -> None:
        self._db = db
        self._feed = feed
        self._keys = keys
        self._clock = clock
        self._apps = FreshCache(feed, TOPIC, self._load, size=10_000)

    async def current(self, app_id: str) -> App | None:
        """The app as it stands."""
        return await self._apps.get(app_id)

    async def authenticate(self, client_id: str, client_secret: str) -> App | None:
        """The app, if `client_secret` is one of its secrets (RFC 6749 2.3.1)."""
        presented = self._keys.hash("client_secret", client_secret)
        app = await self.current(client_id)
        if app is None:
            return None
        matches = [same(presented, known) for known in app.secret_hashes]
        return app if any(matches) else None

    def secret_hash(self, client_secret: str) -> str:
        """How a client secret is stored."""
        return self._keys.hash("client_secret", client_secret)

    async def named(self, name: str) -> App | None:
        """The app of that name, where it is the only one."""
        async with self._db.read() as tx:
            ids = await store.app_ids_by_name(tx, name)
        return await self.current(ids[0]) if len(ids) == 1 else None

    async def register(self, tx: Transaction, app: App) -> None:
        """Make or replace `app` and its company."""
        now = self._clock.now()
        await store.save_company(tx, app.company_id, app.company_name, now)
        await store.save_app(tx, app, now)
        await self._feed.announce(tx, TOPIC, app.id)

    async def _load(self, app_id: str) -> App | None:
        async with self._db.read() as tx:
            return await store.load_app(tx, app_id)
