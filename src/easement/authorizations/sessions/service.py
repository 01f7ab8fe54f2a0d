"""Opens, finds and ends consumer sessions."""

from datetime import timedelta

from easement.authorizations.model import Authorization
from easement.authorizations.sessions import store
from easement.authorizations.sessions.model import ConsumerSession
from easement.authorizations.settings import AuthorizationSettings
from easement.keys.model import KeyRing
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction


class ConsumerSessions:
    """The sessions of all browsers, in the database: any replica knows them."""

    def __init__(
        self, db: Database, keys: KeyRing, clock: Clock, settings: AuthorizationSettings
    ) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock
        self._settings = settings

    @property
    def lifetime(self) -> timedelta:
        """How long a session counts."""
        return self._settings.session_lifetime

    def secret_of(self, authorization_id: str) -> str:
        """The cookie that an approval sets, derived under a key: a second submit sets the same."""
        return self._keys.hash("session", authorization_id)

    async def open(
        self, tx: Transaction, authorization: Authorization, grant_id: str, previous: str | None
    ) -> None:
        """The consumer approved in a browser whose cookie so far was `previous`.

        A sign-in changes the secret, so that none that somebody planted before it counts after it
        (session fixation); what the browser's other apps had moves along.
        """
        request = authorization.request
        assert authorization.auth_time is not None  # noqa: S101 - set by step ACCOUNTS
        session_hash = self._hash(self.secret_of(authorization.id))
        if previous is not None:
            old_hash = self._hash(previous)
            await store.delete_session(tx, old_hash, request.app_id, request.provider_id)
            await store.rename_sessions(tx, old_hash, session_hash)
        await store.insert_session(
            tx,
            session_hash,
            ConsumerSession(
                app_id=request.app_id,
                provider_id=request.provider_id,
                grant_id=grant_id,
                scope=request.scope,
                auth_time=authorization.auth_time,
                expires_at=self._clock.now() + self.lifetime,
            ),
        )

    async def living(self, secret: str | None) -> list[ConsumerSession]:
        """The sessions of the browser with that cookie, one for each app and provider."""
        if secret is None:
            return []
        async with self._db.read() as tx:
            found = await store.load_sessions(tx, self._hash(secret))
        now = self._clock.now()
        return [session for session in found if now < session.expires_at]

    async def find(
        self, secret: str | None, *, app_id: str, provider_id: str, max_age: timedelta | None
    ) -> ConsumerSession | None:
        """The browser's session for that app and provider, if the consumer signed in at the bank
        no longer ago than `max_age`."""
        now = self._clock.now()
        for session in await self.living(secret):
            if (session.app_id, session.provider_id) == (app_id, provider_id):
                too_old = max_age is not None and now - session.auth_time > max_age
                return None if too_old else session
        return None

    def form_proof(self, secret: str) -> str:
        """A CSRF token of this session's own pages."""
        return self._keys.hash("session_form", secret)

    async def end(self, secret: str) -> None:
        """The consumer signs out: every app's session in this browser ends."""
        async with self._db.transaction() as tx:
            await store.delete_sessions(tx, self._hash(secret))

    async def forget_expired(self, tx: Transaction) -> None:
        """Delete what no longer counts."""
        await store.delete_expired(tx, self._clock.now())

    async def forget_all(self, tx: Transaction) -> None:
        """Back to the seed: nobody is signed in."""
        await store.delete_all(tx)

    def _hash(self, secret: str) -> str:
        return self._keys.hash("session_hash", secret)
