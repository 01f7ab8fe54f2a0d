"""Issues, claims and ends codes and tokens. Never commits: the caller's transaction decides."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from easement.keys.model import KeyRing
from easement.oauth.pkce import proves
from easement.oauth.scope import OFFLINE_ACCESS, parse_scope
from easement.platform import audit
from easement.platform.audit import AuditEvent, AuditKind
from easement.platform.cache import FreshCache
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction
from easement.platform.ids import new_id, new_secret
from easement.tokens import store
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import (
    Bearer,
    CodeRequest,
    Family,
    Issued,
    Lifetimes,
    PresentedRefreshToken,
    Redeemed,
    TokenFacts,
    TokenKind,
)
from easement.tokens.settings import TokenRules, TokenSettings

TOPIC = "family"

_KEEP_CODES = timedelta(days=1)
_SWEEP = 1000  # rows in one transaction, so that no request waits long behind it
_REMEMBERED = 50_000


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
        self._met: dict[str, TokenFacts] = {}
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
        expires_at = now + self._settings.code_lifetime
        family = Family(
            id=new_id("fam"),
            grant_id=request.grant_id,
            app_id=request.app_id,
            scope=request.scope,
            auth_time=request.auth_time,
            lasts_until=expires_at,
        )
        await store.insert_family(tx, family, now)
        code = self.code_of(request.authorization_id)
        code_hash = self._keys.hash("code_hash", code)
        await store.insert_code(tx, code_hash, family.id, request, expires_at)
        return code

    async def redeem_code(
        self,
        tx: Transaction,
        *,
        code: str,
        app_id: str,
        redirect_uri: str,
        code_verifier: str | None,
        rules: TokenRules,
    ) -> Redeemed | TokenRefusal:
        """Claim a code (RFC 6749 4.1.3). A refused caller does not use it up."""
        now = self._clock.now()
        row = await store.load_code(tx, self._keys.hash("code_hash", code))
        # The code is bound to the client (RFC 6749 4.1.3): another's code does not exist for it.
        if row is None or row.app_id != app_id:
            return TokenRefusal.INVALID
        refused = partial(self._refused, tx, AuditKind.CODE_REFUSED, row)
        if row.ended_at is not None:
            return await refused("ended")
        if row.claimed_at is not None:
            if now - row.claimed_at > rules.code_tolerance or (
                await store.successor_was_used(tx, row.hash)
            ):
                # RFC 6749 4.1.2: revoke what was issued from a code that is used again.
                await self._end_family(tx, row.family_id, "code_reuse")
                return await refused("reused")
            return await refused("used_just_now")
        if now >= row.expires_at:
            return await refused("expired")
        if row.redirect_uri != redirect_uri:
            return await refused("redirect_uri_differs", TokenRefusal.REDIRECT_URI_DIFFERS)
        if not proves(code_verifier, row.code_challenge):
            return await refused("pkce_failed", TokenRefusal.PKCE_FAILED)
        if not await store.claim_code(tx, row.hash, now):
            return await refused("used_just_now")
        return Redeemed(_family(row), nonce=row.nonce, predecessor=row.hash)

    async def find_refresh_token(
        self, refresh_token: str, app_id: str
    ) -> PresentedRefreshToken | None:
        """A refresh token of this app, used or not."""
        token_hash = self._keys.hash("refresh_token", refresh_token)
        async with self._db.read() as tx:
            row = await store.load_refresh_token(tx, token_hash)
        if row is None or row.app_id != app_id:
            return None
        # Under a key, so that it can be told again though only its hash is stored.
        successor = self._keys.hash("refresh_successor", refresh_token)
        return PresentedRefreshToken(token_hash, _family(row), successor)

    async def redeem_refresh_token(
        self, tx: Transaction, presented: PresentedRefreshToken, rules: TokenRules
    ) -> Redeemed | TokenRefusal:
        """Claim a refresh token (RFC 6749 6); reuse may end its family (RFC 9700 4.14.2)."""
        successor = presented.successor if rules.repeats_refresh else None
        redeemed = Redeemed(presented.family, None, presented.hash, successor)
        now = self._clock.now()
        if await store.claim_refresh_token(tx, presented.hash, now):
            return redeemed
        # Looked at only now: it may have been used since it was found.
        row = await store.load_refresh_token(tx, presented.hash)
        if row is None:
            return TokenRefusal.INVALID
        refused = partial(self._refused, tx, AuditKind.REFRESH_TOKEN_REFUSED, row)
        if row.ended_at is not None:
            return await refused("ended")
        if row.claimed_at is None:
            return await refused("expired")
        if now - row.claimed_at > rules.refresh_tolerance or (
            await store.successor_was_used(tx, row.hash)
        ):
            await self._end_family(tx, row.family_id, "refresh_token_reuse")
            return await refused("reused")
        if successor is not None and await store.has_unused_successor(
            tx, row.hash, self._keys.hash("refresh_token", successor)
        ):
            return replace(redeemed, is_repetition=True)
        return await refused("used_just_now")

    def lifetimes(
        self, rules: TokenRules, id_token: timedelta, until: datetime | None
    ) -> Lifetimes:
        """How long bearers issued now count: the id_token for `id_token`, neither longer than
        `until`, when their grant ends."""
        left = id_token if until is None else until - self._clock.now()
        longest = max(min(id_token, left), timedelta())
        return Lifetimes(
            access_token=min(rules.access_token_lifetime or longest, longest), id_token=longest
        )

    async def issue(
        self, tx: Transaction, redeemed: Redeemed, rules: TokenRules, lifetimes: Lifetimes
    ) -> Issued:
        """The next access token of a family and, with offline_access, the next refresh token."""
        now = self._clock.now()
        family = redeemed.family
        access_token = new_secret()
        await store.insert_access_token(
            tx,
            self._keys.hash("access_token", access_token),
            family.id,
            now + lifetimes.access_token,
        )
        bearers_until = now + max(lifetimes.id_token, lifetimes.access_token)
        until: datetime | None = bearers_until
        refresh_token = None
        if OFFLINE_ACCESS in parse_scope(family.scope):
            refresh_token = redeemed.successor or new_secret()
            expires_at = _refresh_token_end(rules, family, now)
            until = None if expires_at is None else max(bearers_until, expires_at)
            if not redeemed.is_repetition:
                await store.insert_refresh_token(
                    tx,
                    self._keys.hash("refresh_token", refresh_token),
                    family.id,
                    predecessor=redeemed.predecessor,
                    now=now,
                    expires_at=expires_at,
                )
        if until != family.lasts_until:
            await store.set_lasts_until(tx, family.id, until)
        return Issued(access_token, refresh_token)

    async def grant_of_code(self, code: str, app_id: str) -> str | None:
        """The grant a code of this app belongs to, used or not."""
        async with self._db.read() as tx:
            row = await store.load_code(tx, self._keys.hash("code_hash", code))
        return row.grant_id if row is not None and row.app_id == app_id else None

    async def grant_of_access_token(self, access_token: str) -> tuple[str, str] | None:
        """Grant and scope of a living access token."""
        async with self._db.read() as tx:
            row = await store.load_access_token(tx, self._keys.hash("access_token", access_token))
        if row is None or row.ended_at is not None or self._clock.now() >= row.expires_at:
            return None
        return row.grant_id, row.scope

    async def access_token(self, token: str) -> TokenFacts | None:
        """What an access token is, from memory where it was met lately; it `counts` while its time
        has not run out.

        What is remembered never changes. Whether family and grant still stand is for the caller to
        ask, of caches that follow every change.
        """
        token_hash = self._keys.hash("access_token", token)
        facts = self._met.get(token_hash)
        if facts is None:
            async with self._db.read() as tx:
                row = await store.load_access_token(tx, token_hash)
            if row is None:
                return None
            facts = _facts(TokenKind.ACCESS, row, None, row.expires_at, counts=True)
            if len(self._met) >= _REMEMBERED:
                del self._met[next(iter(self._met))]
            self._met[token_hash] = facts
        expired = facts.expires_at is None or self._clock.now() >= facts.expires_at
        return replace(facts, counts=False) if expired else facts

    async def describe(self, token: str) -> TokenFacts | None:
        """What an access or refresh token is, whether it still counts or not; None if it was never
        one of ours, or too long ago."""
        facts = await self.access_token(token)
        if facts is not None:
            alive = await self.family_is_alive(facts.family_id)
            return replace(facts, counts=facts.counts and alive)
        async with self._db.read() as tx:
            row = await store.load_refresh_token(tx, self._keys.hash("refresh_token", token))
        if row is None:
            return None
        counts = (
            row.ended_at is None
            and row.claimed_at is None
            and (row.expires_at is None or self._clock.now() < row.expires_at)
        )
        return _facts(TokenKind.REFRESH, row, row.created_at, row.expires_at, counts=counts)

    async def describe_bearer(self, bearer: Bearer) -> TokenFacts | None:
        """The same of an id_token that was checked."""
        async with self._db.read() as tx:
            row = await store.load_family(tx, bearer.family_id)
        if row is None:
            return None
        return TokenFacts(
            kind=TokenKind.ID,
            grant_id=bearer.grant_id,
            family_id=bearer.family_id,
            app_id=bearer.app_id,
            scope=row.scope,
            issued_at=None,
            expires_at=bearer.expires_at,
            counts=row.ended_at is None,
        )

    async def family_is_alive(self, family_id: str) -> bool:
        """Whether tokens of the family still count; a reuse ends it, its id_tokens included."""
        return await self._living.get(family_id) is not None

    async def end_for_grant(self, tx: Transaction, grant_id: str, reason: str) -> None:
        """End all families of a grant, in the transaction that ends the grant."""
        await store.end_families_of(tx, grant_id, reason, self._clock.now())

    async def forget_expired(self) -> None:
        """Job: delete what can no longer be used, and is too old to be told from a stranger's."""
        now = self._clock.now()
        for sweep in store.sweeps(
            codes_before=now - _KEEP_CODES,
            now=now,
            used_before=now - self._settings.used_token_memory,
            at_most=_SWEEP,
        ):
            swept = _SWEEP
            while swept == _SWEEP:
                async with self._db.transaction() as tx:
                    swept = await sweep(tx)

    async def forget_all(self, tx: Transaction) -> None:
        """Back to the seed: no code and no token counts any more."""
        await store.delete_all(tx)
        await self._feed.announce_all(tx, TOPIC)

    async def _refused(
        self,
        tx: Transaction,
        kind: AuditKind,
        row: Any,
        reason: str,
        refusal: TokenRefusal = TokenRefusal.INVALID,
    ) -> TokenRefusal:
        """The refusal, noted with what the app is not told."""
        now = self._clock.now()
        await audit.record(
            tx, AuditEvent(kind, reason, now, app_id=row.app_id, grant_id=row.grant_id)
        )
        return refusal

    async def _end_family(self, tx: Transaction, family_id: str, reason: str) -> None:
        await store.end_family(tx, family_id, reason, self._clock.now())
        await self._feed.announce(tx, TOPIC, family_id)

    async def _load_alive(self, family_id: str) -> bool | None:
        async with self._db.read() as tx:
            return await store.family_is_alive(tx, family_id) or None


def _family(row: Any) -> Family:
    return Family(
        id=row.family_id,
        grant_id=row.grant_id,
        app_id=row.app_id,
        scope=row.scope,
        auth_time=row.auth_time,
        lasts_until=row.lasts_until,
    )


def _refresh_token_end(rules: TokenRules, family: Family, now: datetime) -> datetime | None:
    ends = []
    if rules.refresh_token_idle is not None:
        ends.append(now + rules.refresh_token_idle)
    if rules.refresh_token_lifetime is not None:
        ends.append(family.auth_time + rules.refresh_token_lifetime)
    return min(ends, default=None)


def _facts(
    kind: TokenKind,
    row: Any,
    issued_at: datetime | None,
    expires_at: datetime | None,
    *,
    counts: bool,
) -> TokenFacts:
    return TokenFacts(
        kind=kind,
        grant_id=row.grant_id,
        family_id=row.family_id,
        app_id=row.app_id,
        scope=row.scope,
        issued_at=issued_at,
        expires_at=expires_at,
        counts=counts,
    )
