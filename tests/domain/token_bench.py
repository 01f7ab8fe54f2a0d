"""Tokens without apps and banks: families of their own, at a time that stands still."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from easement.authserver.settings import AuthServerSettings
from easement.authserver.token.rules import rules_by_profile
from easement.platform.db import Database
from easement.recipients.model import Profile
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import CodeRequest, Issued, Redeemed
from easement.tokens.service import Tokens
from easement.tokens.settings import TokenRules, TokenSettings
from tests.domain.conftest import ISSUER, Ground

RULES = rules_by_profile(AuthServerSettings(ISSUER, reveal_login=False))
AKOYA, OAUTH = RULES[Profile.AKOYA], RULES[Profile.OAUTH]
DAY = timedelta(days=1)

_numbers = itertools.count(1)


@dataclass
class StoppedClock:
    """Moves only when told."""

    moment: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@dataclass
class TokenBench:
    """Tokens of one app at one network, by its profile's rules."""

    db: Database
    tokens: Tokens
    clock: StoppedClock
    rules: TokenRules
    scope: str = "openid offline_access"
    until: datetime | None = None
    grants: list[str] = field(default_factory=list)

    @classmethod
    def on(cls, ground: Ground, rules: TokenRules) -> "TokenBench":
        """On the database and keys of a ground, with a clock of its own."""
        clock = StoppedClock()
        tokens = Tokens(ground.db, ground.feed, ground.keys, clock, TokenSettings())
        return cls(ground.db, tokens, clock, rules)

    async def code(self, grant_id: str | None = None) -> str:
        """A code of a new family, of a new grant unless told otherwise."""
        number = next(_numbers)
        self.grants.append(grant_id or f"grant_{number}")
        request = CodeRequest(
            authorization_id=f"auth_{number}",
            grant_id=self.grants[-1],
            app_id="app",
            redirect_uri="https://app.example/callback",
            scope=self.scope,
            nonce=None,
            code_challenge=None,
            auth_time=self.clock.now(),
        )
        async with self.db.transaction() as tx:
            return await self.tokens.issue_code(tx, request)

    async def exchange(self, code: str) -> Issued | TokenRefusal:
        """What the token endpoint does with a code."""
        async with self.db.transaction() as tx:
            redeemed = await self.tokens.redeem_code(
                tx,
                code=code,
                app_id="app",
                redirect_uri="https://app.example/callback",
                code_verifier=None,
                rules=self.rules,
            )
            if isinstance(redeemed, TokenRefusal):
                return redeemed
            lifetimes = self.tokens.lifetimes(self.rules, DAY, self.until)
            return await self.tokens.issue(tx, redeemed, self.rules, lifetimes)

    async def refresh(self, refresh_token: str | None) -> Issued | TokenRefusal:
        """What the token endpoint does with a refresh token."""
        assert refresh_token is not None
        presented = await self.tokens.find_refresh_token(refresh_token, "app")
        if presented is None:
            return TokenRefusal.INVALID
        async with self.db.transaction() as tx:
            redeemed = await self.tokens.redeem_refresh_token(tx, presented, self.rules)
            if not isinstance(redeemed, Redeemed):
                return redeemed
            lifetimes = self.tokens.lifetimes(self.rules, DAY, self.until)
            return await self.tokens.issue(tx, redeemed, self.rules, lifetimes)

    async def linked(self) -> Issued:
        """The first tokens of a new family."""
        issued = await self.exchange(await self.code())
        assert isinstance(issued, Issued)
        return issued

    async def chain(self, length: int) -> list[str]:
        """The refresh tokens of a new family that was refreshed until there were so many."""
        found = [(await self.linked()).refresh_token or ""]
        while len(found) < length:
            renewed = await self.refresh(found[-1])
            assert isinstance(renewed, Issued)
            found.append(renewed.refresh_token or "")
        return found

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))


NewBench = Callable[[TokenRules], TokenBench]
