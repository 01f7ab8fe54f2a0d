"""Any sequence of issuing, claiming, reusing, revoking and expiring, beside a small model of it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from easement.platform.db import open_database
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import Issued
from easement.tokens.settings import TokenRules
from easement.tokens.tables import refresh_tokens, token_families
from tests.domain.conftest import FakeBank, replica
from tests.domain.token_bench import AKOYA, OAUTH, TokenBench

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]

IDLE, LIFETIME = timedelta(hours=2), timedelta(hours=5)


@dataclass
class Family:
    """What is known of a family: whether it ended, and its bearers."""

    grant_id: str
    began: datetime
    ended: bool = False


@dataclass
class Token:
    """A refresh token as its app knows it."""

    text: str
    family: Family
    expires_at: datetime
    claimed_at: datetime | None = None
    successor: "Token | None" = None


class TokenMachine(RuleBasedStateMachine):
    """Presents what it likes, when it likes; each answer must be the model's."""

    run: Run[Any]
    bench: TokenBench

    tokens = Bundle("tokens")
    families = Bundle("families")

    @initialize()
    def begin(self) -> None:
        self.bench.grants.clear()

    @rule(target=families)
    def link(self) -> tuple[Family, str]:
        code = self.run(self.bench.code())
        return Family(self.bench.grants[-1], self.now), code

    @rule(target=tokens, linked=consumes(families))
    def exchange(self, linked: tuple[Family, str]) -> Token | None:
        family, code = linked
        answer = self.run(self.bench.exchange(code))
        if family.ended or self.now >= family.began + timedelta(minutes=5):
            assert answer is TokenRefusal.INVALID
            return None
        return self.issued(answer, family)

    @rule(target=tokens, token=tokens)
    def present(self, token: Token | None) -> Token | None:
        if token is None:
            return None
        answer = self.run(self.bench.refresh(token.text))
        expected = self.verdict(token)
        if expected == "successor":
            token.claimed_at = self.now
            token.successor = self.issued(answer, token.family)
            return token.successor
        if expected == "again":
            assert isinstance(answer, Issued)
            assert token.successor is not None
            assert answer.refresh_token == token.successor.text
            return token.successor
        assert answer is TokenRefusal.INVALID
        token.family.ended = token.family.ended or expected == "reuse"
        return token

    @rule(token=tokens)
    def end_grant(self, token: Token | None) -> None:
        if token is not None:
            self.run(self.end(token.family.grant_id))
            token.family.ended = True

    @rule(seconds=st.sampled_from([1, 29, 30, 31, 59, 61, 290, 7_199, 7_200]))
    def time_passes(self, seconds: int) -> None:
        self.bench.later(seconds=seconds)

    @rule()
    def clean_up(self) -> None:
        self.run(self.bench.tokens.forget_expired())

    @invariant()
    def no_family_has_two_living_refresh_tokens(self) -> None:
        assert self.run(self.most_living()) <= 1

    def verdict(self, token: Token) -> str:
        """What the rules of the profile say, in their order."""
        rules = self.bench.rules
        if token.family.ended:
            return "refused"
        if token.claimed_at is None:
            return "successor" if self.now < token.expires_at else "refused"
        used = token.successor is not None and token.successor.claimed_at is not None
        if used or self.now - token.claimed_at > rules.refresh_tolerance:
            return "reuse"
        return "again" if rules.repeats_refresh else "refused"

    def issued(self, answer: Issued | TokenRefusal, family: Family) -> Token:
        assert isinstance(answer, Issued)
        assert answer.refresh_token is not None
        end = min(self.now + IDLE, family.began + LIFETIME)
        return Token(answer.refresh_token, family, end)

    @property
    def now(self) -> datetime:
        return self.bench.clock.now()

    async def end(self, grant_id: str) -> None:
        async with self.bench.db.transaction() as tx:
            await self.bench.tokens.end_for_grant(tx, grant_id, "revoked")

    async def most_living(self) -> int:
        query = (
            select(func.count())
            .select_from(refresh_tokens.join(token_families))
            .where(
                refresh_tokens.c.claimed_at.is_(None),
                token_families.c.ended_at.is_(None),
                token_families.c.grant_id.in_(self.bench.grants),
            )
            .group_by(token_families.c.id)
            .order_by(func.count().desc())
        )
        async with self.bench.db.read() as tx:
            return int((await tx.execute(query)).scalar() or 0)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@pytest.mark.parametrize("rules", [AKOYA, OAUTH], ids=["akoya", "oauth"])
def test_tokens_do_what_their_model_says(
    url: str, rules: TokenRules, runner: asyncio.Runner
) -> None:
    limited = replace(rules, refresh_token_idle=IDLE, refresh_token_lifetime=LIFETIME)

    async def bench() -> TokenBench:
        return TokenBench.on(await replica(await open_database(url), FakeBank()), limited)

    shared = runner.run(bench())

    class Machine(TokenMachine):
        run = staticmethod(runner.run)
        bench = shared

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            # Shrinking would go through the database for minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    runner.run(shared.db.close())
