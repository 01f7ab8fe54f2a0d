"""Issues, claims and ends codes and tokens. Never commits: the caller's transaction decides."""

from datetime import timedelta

from easement.keys.model import KeyRing
from easement.oauth.pkce import proves
from easement.oauth.scope import OFFLINE_ACCESS, parse_scope
from easement.platform.cache import FreshCache
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction
from easement.platform.ids import new_id, new_secret
from easement.tokens import store
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import CodeRequest, Family, Issued, Redeemed
from easement.tokens.settings import TokenSettings

TOPIC = "family"

_KEEP_CODES = timedelta(days=1)


class Tokens:
    """Codes, refresh tokens and access tokens of the authorization server."""

    def __init__(
        self,
        db: Database,
        feed: ChangeFeed,
        keys: KeyRing,
        clock: Clock,
        settings: TokenSettings,
    ) -> None:
        self._db = db
        self._feed = feed
        self._living = FreshCache(feed, TOPIC, self._load_alive)
        self._keys = keys
        self._clock = clock
        self._settings = settings

    def code_of(self, authorization_id: str) -> str:
        """The code of an authorization, derived under a key.

        So a doubly submitted approval gets the same redirect, though only the hash is stored.
        """
        return self._keys.hash("code", authorization_id)

    async def issue_code(self, tx: Transaction, request: CodeRequest) -> str:
        """A code bound to what the authorization request said (RFC 6749 4.1.2)."""
        now = self._clock.now()
        family = Family(
            new_id("fam"), request.grant_id, request.app_id, request.scope, request.auth_time
        )
        await store.insert_family(tx, family, now)
        code = self.code_of(request.authorization_id)
        await store.insert_code(
            tx,
            self._keys.hash("code_hash", code),
            family.id,
            request,
            now + self._settings.code_lifetime,
        )
        return code

    async def redeem_code(
        self,
        tx: Transaction,
        *,
        code: str,
        app_id: str,
        redirect_uri: str,
        code_verifier: str | None,
    ) -> Redeemed | TokenRefusal:
        """Claim a code (RFC 6749 4.1.3). A refused caller does not use it up."""
        now = self._clock.now()
        row = await store.load_code(tx, self._keys.hash("code_hash", code))
        # The code is bound to the client (RFC 6749 4.1.3): another's code does not exist for it.
        if row is None or row.app_id != app_id or row.ended_at is not None:
            return TokenRefusal.INVALID
        if row.claimed_at is not None:
            if now - row.claimed_at > self._settings.reuse_tolerance or (
                await store.successor_was_used(tx, row.hash)
            ):
                # RFC 6749 4.1.2: revoke what was issued from a code that is used again.
                await self._end_family(tx, row.family_id, "code_reuse")
            return TokenRefusal.INVALID
        if now >= row.expires_at:
            return TokenRefusal.INVALID
        if row.redirect_uri != redirect_uri:
            return TokenRefusal.REDIRECT_URI_DIFFERS
        if not proves(code_verifier, row.code_challenge):
            return TokenRefusal.PKCE_FAILED
        if not await store.claim_code(tx, row.hash, now):
            return TokenRefusal.INVALID
        family = Family(row.family_id, row.grant_id, row.app_id, row.scope, row.auth_time)
        return Redeemed(family, nonce=row.nonce, predecessor=row.hash)

    async def redeem_refresh_token(
        self, tx: Transaction, *, refresh_token: str, app_id: str
    ) -> Redeemed | TokenRefusal:
        """Claim a refresh token (RFC 6749 6); reuse may end its family (RFC 9700 4.14.2)."""
        now = self._clock.now()
        row = await store.load_refresh_token(tx, self._keys.hash("refresh_token", refresh_token))
        if row is None or row.app_id != app_id:
            return TokenRefusal.INVALID
        if await store.claim_refresh_token(tx, row.hash, now):
            family = Family(row.family_id, row.grant_id, row.app_id, row.scope, row.auth_time)
            return Redeemed(family, nonce=None, predecessor=row.hash)
        if row.claimed_at is not None and (
            now - row.claimed_at > self._settings.reuse_tolerance
            or await store.successor_was_used(tx, row.hash)
        ):
            await self._end_family(tx, row.family_id, "refresh_token_reuse")
        return TokenRefusal.INVALID

    async def issue(self, tx: Transaction, redeemed: Redeemed) -> Issued:
        """The next access token of a family and, with offline_access, the next refresh token."""
        now = self._clock.now()
        family = redeemed.family
        access_token = new_secret()
        await store.insert_access_token(
            tx,
            self._keys.hash("access_token", access_token),
            family.id,
            now + self._settings.access_token_lifetime,
        )
        refresh_token = None
        if OFFLINE_ACCESS in parse_scope(family.scope):
            refresh_token = new_secret()
            await store.insert_refresh_token(
                tx,
                self._keys.hash("refresh_token", refresh_token),
                family.id,
                redeemed.predecessor,
                now,
            )
        return Issued(access_token, refresh_token)

    async def grant_of_code(self, code: str, app_id: str) -> str | None:
        """The grant a code of this app belongs to, used or not."""
        async with self._db.read() as tx:
            row = await store.load_code(tx, self._keys.hash("code_hash", code))
        return row.grant_id if row is not None and row.app_id == app_id else None

    async def grant_of_refresh_token(self, refresh_token: str, app_id: str) -> str | None:
        """The grant a refresh token of this app belongs to, used or not."""
        async with self._db.read() as tx:
            row = await store.load_refresh_token(
                tx, self._keys.hash("refresh_token", refresh_token)
            )
        return row.grant_id if row is not None and row.app_id == app_id else None

    async def grant_of_access_token(self, access_token: str) -> tuple[str, str] | None:
        """Grant and scope of a living access token."""
        async with self._db.read() as tx:
            row = await store.load_access_token(tx, self._keys.hash("access_token", access_token))
        if row is None or row.ended_at is not None or self._clock.now() >= row.expires_at:
            return None
        return row.grant_id, row.scope

    async def family_is_alive(self, family_id: str) -> bool:
        """Whether tokens of the family still count; a reuse ends it, its id_tokens included."""
        return await self._living.get(family_id) is not None

    async def end_for_grant(self, tx: Transaction, grant_id: str, reason: str) -> None:
        """End all families of a grant, in the transaction that ends the grant."""
        await store.end_families_of(tx, grant_id, reason, self._clock.now())

    async def forget_expired(self) -> None:
        """Job: delete what can no longer be used, and is too old to be told from a stranger's."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            await store.delete_expired(
                tx,
                codes_before=now - _KEEP_CODES,
                tokens_before=now,
                used_before=now - self._settings.used_token_memory,
            )

    async def _end_family(self, tx: Transaction, family_id: str, reason: str) -> None:
        await store.end_family(tx, family_id, reason, self._clock.now())
        await self._feed.announce(tx, TOPIC, family_id)

    async def _load_alive(self, family_id: str) -> bool | None:
        async with self._db.read() as tx:
            return await store.family_is_alive(tx, family_id) or None
