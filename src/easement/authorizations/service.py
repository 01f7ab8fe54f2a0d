"""Begins authorizations and moves them from step to step."""

from collections.abc import Collection
from datetime import timedelta

from easement.authorizations import store
from easement.authorizations.model import Authorization, Request, Step
from easement.authorizations.pushed.service import PushedRequests
from easement.authorizations.sessions.service import ConsumerSessions
from easement.authorizations.settings import AuthorizationSettings
from easement.keys.model import KeyRing
from easement.platform import audit
from easement.platform.audit import AuditEvent, AuditKind
from easement.platform.clock import Clock
from easement.platform.crypto import same
from easement.platform.db import Database, Transaction
from easement.platform.ids import new_id

_KEEP = timedelta(days=1)
_OPEN = (Step.PROVIDER, Step.EXCHANGING, Step.ACCOUNTS)


class Authorizations:
    """Requests under way; `pushed` ahead of the browser, `sessions` after an approval."""

    def __init__(
        self, db: Database, keys: KeyRing, clock: Clock, settings: AuthorizationSettings
    ) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock
        self._settings = settings
        self.pushed = PushedRequests(db, keys, clock, settings)
        self.sessions = ConsumerSessions(db, keys, clock, settings)

    async def begin(self, tx: Transaction, request: Request, browser: str) -> Authorization:
        """Start for a checked request, in the browser that holds the secret `browser`."""
        now = self._clock.now()
        authorization = Authorization(
            id=new_id("auth"),
            request=request,
            browser_hash=self._browser_hash(browser),
            step=Step.PROVIDER,
            connection_id=None,
            offered_account_ids=frozenset(),
            auth_time=None,
            expires_at=now + self._settings.lifetime,
            step_at=now,
        )
        await store.insert_authorization(tx, authorization, now)
        return authorization

    async def find(self, authorization_id: str) -> Authorization | None:
        """The authorization of that id, in whichever step."""
        if "\0" in authorization_id:
            return None  # from a URL, and PostgreSQL refuses to compare a NUL
        async with self._db.read() as tx:
            return await store.load_authorization(tx, authorization_id)

    async def note(self, tx: Transaction, request: Request, kind: AuditKind, reason: str) -> None:
        """Write into the audit log how a request ended."""
        event = AuditEvent(
            kind,
            reason,
            self._clock.now(),
            app_id=request.app_id,
            provider_id=request.provider_id,
        )
        await audit.record(tx, event)

    def belongs_to(self, authorization: Authorization, browser: str | None) -> bool:
        """Whether `browser` is the one that began: else somebody was sent another's link."""
        return browser is not None and same(self._browser_hash(browser), authorization.browser_hash)

    def is_late(self, authorization: Authorization) -> bool:
        """Whether the consumer took too long, or an exchange was cut off."""
        now = self._clock.now()
        stuck = (
            authorization.step is Step.EXCHANGING
            and now - authorization.step_at > self._settings.exchange_patience
        )
        return stuck or now >= authorization.expires_at

    def provider_state(self, authorization_id: str) -> str:
        """The ``state`` of the provider leg: the id and a proof that we made it."""
        return f"{authorization_id}.{self._keys.hash('provider_state', authorization_id)}"

    def id_of_state(self, state: str) -> str | None:
        """The authorization that a provider's ``state`` names, if we made it."""
        authorization_id, _, _ = state.partition(".")
        return authorization_id if same(state, self.provider_state(authorization_id)) else None

    def provider_nonce(self, authorization_id: str) -> str:
        """The ``nonce`` of the provider leg, derived so that it need not be stored."""
        return self._keys.hash("provider_nonce", authorization_id)

    def provider_verifier(self, authorization_id: str) -> str:
        """The PKCE verifier of the provider leg (RFC 7636 4.1), derived likewise."""
        return self._keys.hash("provider_verifier", authorization_id)

    def form_proof(self, authorization_id: str, browser: str) -> str:
        """A CSRF token bound to this authorization and this browser."""
        return self._keys.hash("form", authorization_id, browser)

    async def claim_exchange(self, tx: Transaction, authorization_id: str) -> bool:
        """The consumer came back from the bank; True for the first who says so."""
        return await store.advance(
            tx,
            authorization_id,
            source=(Step.PROVIDER,),
            target=Step.EXCHANGING,
            now=self._clock.now(),
        )

    async def connected(self, tx: Transaction, authorization_id: str, connection_id: str) -> bool:
        """The bank's tokens are stored: let the consumer choose accounts."""
        now = self._clock.now()
        return await store.advance(
            tx,
            authorization_id,
            source=(Step.EXCHANGING,),
            target=Step.ACCOUNTS,
            now=now,
            connection_id=connection_id,
            auth_time=now,
        )

    async def offer(
        self, tx: Transaction, authorization_id: str, account_ids: Collection[str]
    ) -> None:
        """Remember which accounts the page shows: only those can be approved."""
        await store.set_offered(tx, authorization_id, account_ids)

    async def approve(self, tx: Transaction, authorization_id: str) -> bool:
        """The consumer approved; True for the first of two submits."""
        return await store.advance(
            tx,
            authorization_id,
            source=(Step.ACCOUNTS,),
            target=Step.APPROVED,
            now=self._clock.now(),
        )

    async def end(self, tx: Transaction, authorization_id: str, step: Step) -> bool:
        """Cancelled or failed, from any open step; False if it had ended before."""
        return await store.advance(
            tx, authorization_id, source=_OPEN, target=step, now=self._clock.now()
        )

    async def connection_of(self, tx: Transaction, authorization_id: str) -> str | None:
        """The bank connection of an authorization, as it stands in this transaction."""
        stored = await store.load_authorization(tx, authorization_id)
        return None if stored is None else stored.connection_id

    async def abandoned(self, tx: Transaction, limit: int) -> list[tuple[str, str]]:
        """Authorizations left at the account selection, with their bank connections."""
        return await store.expired_with_connection(tx, self._clock.now(), limit)

    async def forget_old(self) -> None:
        """Job: delete what ended or was left more than a day ago, and sessions that are over."""
        async with self._db.transaction() as tx:
            await store.delete_older(tx, self._clock.now() - _KEEP)
            await self.pushed.forget_old(tx)
            await self.sessions.forget_expired(tx)

    async def forget_all(self, tx: Transaction) -> None:
        """Back to the seed: nobody is on the way, or signed in."""
        await store.delete_all(tx)
        await self.pushed.forget_all(tx)
        await self.sessions.forget_all(tx)

    def _browser_hash(self, browser: str) -> str:
        return self._keys.hash("browser", browser)
