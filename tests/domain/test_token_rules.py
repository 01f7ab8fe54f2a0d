"""What a used code or refresh token does when it comes again, and when tokens end, by profile."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from easement.tokens.errors import TokenRefusal
from easement.tokens.model import Issued
from easement.tokens.settings import TokenRules
from easement.tokens.tables import access_tokens, refresh_tokens
from tests.domain.conftest import Ground, replica
from tests.domain.token_bench import AKOYA, OAUTH, TokenBench

INVALID = TokenRefusal.INVALID


@pytest.fixture
def akoya(ground: Ground) -> TokenBench:
    return TokenBench.on(ground, AKOYA)


@pytest.fixture
def oauth(ground: Ground) -> TokenBench:
    return TokenBench.on(ground, OAUTH)


@pytest.mark.parametrize("seconds", [0, 30])
async def test_in_oauth_a_lost_answer_is_repeated_with_the_same_successor(
    oauth: TokenBench, seconds: int
) -> None:
    first, second = await oauth.chain(2)
    oauth.later(seconds=seconds)

    again = await oauth.refresh(first)

    assert isinstance(again, Issued)
    assert again.refresh_token == second
    assert isinstance(await oauth.refresh(second), Issued)


async def test_in_oauth_a_repetition_has_an_access_token_of_its_own_that_counts(
    oauth: TokenBench,
) -> None:
    first, _ = await oauth.chain(2)
    again = await oauth.refresh(first)
    assert isinstance(again, Issued)
    assert await oauth.tokens.grant_of_access_token(again.access_token) is not None


async def test_in_oauth_a_used_refresh_token_ends_its_family_after_thirty_seconds(
    oauth: TokenBench,
) -> None:
    first, second = await oauth.chain(2)
    oauth.later(seconds=31)

    assert await oauth.refresh(first) is INVALID
    assert await oauth.refresh(second) is INVALID


async def test_in_oauth_a_used_refresh_token_ends_its_family_once_its_successor_was_used(
    oauth: TokenBench,
) -> None:
    first, _, third = await oauth.chain(3)

    assert await oauth.refresh(first) is INVALID
    assert await oauth.refresh(third) is INVALID


async def test_in_oauth_a_used_code_ends_its_family_at_once(oauth: TokenBench) -> None:
    code = await oauth.code()
    issued = await oauth.exchange(code)
    assert isinstance(issued, Issued)
    oauth.later(seconds=1)

    assert await oauth.exchange(code) is INVALID
    assert await oauth.refresh(issued.refresh_token) is INVALID


async def test_in_akoya_a_used_refresh_token_is_refused_within_a_minute_and_ends_nothing(
    akoya: TokenBench,
) -> None:
    first, second = await akoya.chain(2)
    akoya.later(seconds=60)

    assert await akoya.refresh(first) is INVALID
    assert isinstance(await akoya.refresh(second), Issued)


async def test_app_that_became_stricter_a_moment_ago_is_refused_and_keeps_its_family(
    akoya: TokenBench, oauth: TokenBench
) -> None:
    """The successor was chance, so nobody can tell it again."""
    first, second = await akoya.chain(2)
    oauth.later(seconds=10)

    assert await oauth.refresh(first) is INVALID
    assert isinstance(await oauth.refresh(second), Issued)


async def test_successor_cannot_be_told_from_its_predecessor_without_the_networks_key(
    oauth: TokenBench, ground: Ground
) -> None:
    first, second = await oauth.chain(2)
    assert second != first
    assert len(second) == 43
    async with ground.db.read() as tx:
        stored = list((await tx.execute(select(refresh_tokens.c.hash))).scalars())
    assert not {first, second} & set(stored)


@pytest.mark.parametrize("rules", [AKOYA, OAUTH], ids=["akoya", "oauth"])
async def test_refresh_token_not_used_for_the_idle_time_is_refused(
    ground: Ground, rules: TokenRules
) -> None:
    bench = TokenBench.on(ground, replace(rules, refresh_token_idle=timedelta(days=10)))
    (first,) = await bench.chain(1)
    bench.later(days=9)
    second = await bench.refresh(first)
    assert isinstance(second, Issued)
    bench.later(days=9)
    third = await bench.refresh(second.refresh_token)
    assert isinstance(third, Issued)
    bench.later(days=10)
    assert await bench.refresh(third.refresh_token) is INVALID


async def test_absolute_limit_counts_from_the_sign_in_however_often_tokens_are_renewed(
    ground: Ground,
) -> None:
    bench = TokenBench.on(ground, replace(OAUTH, refresh_token_lifetime=timedelta(days=30)))
    (token,) = await bench.chain(1)
    for _ in range(2):
        bench.later(days=14)
        renewed = await bench.refresh(token)
        assert isinstance(renewed, Issued)
        token = renewed.refresh_token or ""
    bench.later(days=2)
    assert await bench.refresh(token) is INVALID


async def test_unused_refresh_token_ends_in_oauth_after_half_a_year_and_in_akoya_never(
    akoya: TokenBench, oauth: TokenBench
) -> None:
    for bench, outcome in ((akoya, Issued), (oauth, TokenRefusal)):
        (token,) = await bench.chain(1)
        bench.later(days=180)
        assert isinstance(await bench.refresh(token), outcome)


async def test_expired_refresh_token_is_told_as_one_that_does_not_count(oauth: TokenBench) -> None:
    (token,) = await oauth.chain(1)
    before = await oauth.tokens.describe(token)
    oauth.later(days=180)
    after = await oauth.tokens.describe(token)

    assert before is not None
    assert after is not None
    assert (before.counts, after.counts) == (True, False)
    assert before.expires_at == oauth.clock.now()


async def test_access_token_lives_fifteen_minutes_in_oauth_and_as_the_id_token_in_akoya(
    akoya: TokenBench, oauth: TokenBench
) -> None:
    for bench, minutes in ((oauth, 15), (akoya, 24 * 60)):
        token = (await bench.linked()).access_token
        bench.later(minutes=minutes, seconds=-1)
        assert await bench.tokens.grant_of_access_token(token) is not None
        bench.later(seconds=1)
        assert await bench.tokens.grant_of_access_token(token) is None


@pytest.mark.parametrize("rules", [AKOYA, OAUTH], ids=["akoya", "oauth"])
async def test_no_bearer_outlives_its_grant(ground: Ground, rules: TokenRules) -> None:
    bench = TokenBench.on(ground, rules)
    end = bench.clock.now() + timedelta(minutes=5)
    for passed in (0, 4, 7):
        bench.clock.moment = end - timedelta(minutes=5) + timedelta(minutes=passed)
        lifetimes = bench.tokens.lifetimes(rules, timedelta(hours=24), end)
        expected = timedelta(minutes=max(5 - passed, 0))
        assert (lifetimes.access_token, lifetimes.id_token) == (expected, expected)


async def rows(ground: Ground, family_of: str) -> tuple[int, int]:
    """How many refresh tokens replaced that one's predecessor, and access tokens in all."""
    async with ground.db.read() as tx:
        replaced = refresh_tokens.c.hash == ground.keys.hash("refresh_token", family_of)
        twins = await tx.execute(select(func.count()).select_from(refresh_tokens).where(replaced))
        access = await tx.execute(select(func.count()).select_from(access_tokens))
    return int(twins.scalar_one()), int(access.scalar_one())


async def test_two_hundred_at_once_at_two_replicas_have_one_winner_in_akoya(
    ground: Ground,
) -> None:
    both = [TokenBench.on(each, AKOYA) for each in (ground, await replica(ground.db, ground.bank))]
    (token,) = await both[0].chain(1)

    answers = await asyncio.gather(*(both[number % 2].refresh(token) for number in range(200)))

    (winner,) = (each for each in answers if isinstance(each, Issued))
    assert isinstance(await both[1].refresh(winner.refresh_token), Issued)


async def test_two_hundred_at_once_at_two_replicas_get_one_successor_in_oauth(
    ground: Ground,
) -> None:
    both = [TokenBench.on(each, OAUTH) for each in (ground, await replica(ground.db, ground.bank))]
    (token,) = await both[0].chain(1)

    answers = await asyncio.gather(*(both[number % 2].refresh(token) for number in range(200)))

    issued = [each for each in answers if isinstance(each, Issued)]
    assert len(issued) == 200
    (successor,) = {each.refresh_token for each in issued}
    assert len({each.access_token for each in issued}) == 200
    assert await rows(ground, successor or "") == (1, 201)
    assert isinstance(await both[1].refresh(successor), Issued)


@pytest.mark.parametrize("rules", [AKOYA, OAUTH], ids=["akoya", "oauth"])
async def test_two_hundred_different_tokens_at_once_all_get_their_successors(
    ground: Ground, rules: TokenRules
) -> None:
    both = [TokenBench.on(each, rules) for each in (ground, await replica(ground.db, ground.bank))]
    tokens = [(await both[0].linked()).refresh_token for _ in range(200)]

    answers = await asyncio.gather(
        *(both[number % 2].refresh(token) for number, token in enumerate(tokens))
    )

    successors = {each.refresh_token for each in answers if isinstance(each, Issued)}
    assert len(successors) == 200
    again = await asyncio.gather(*(both[0].refresh(token) for token in successors))
    assert all(isinstance(each, Issued) for each in again)
