"""What is told of a presented token: what it is, whose, since and until when, if it counts."""

from datetime import timedelta

import pytest

from easement.tokens.model import Bearer, Issued, TokenFacts, TokenKind
from tests.domain.conftest import Ground
from tests.domain.token_bench import DAY, OAUTH, TokenBench

QUARTER = timedelta(minutes=15)


@pytest.fixture
def bench(ground: Ground) -> TokenBench:
    return TokenBench.on(ground, OAUTH)


async def told(bench: TokenBench, token: str | None) -> TokenFacts:
    assert token is not None
    facts = await bench.tokens.describe(token)
    assert facts is not None
    return facts


async def test_an_access_token_is_described_by_what_it_was_issued_with(bench: TokenBench) -> None:
    issued = await bench.linked()

    facts = await told(bench, issued.access_token)

    assert facts == TokenFacts(
        kind=TokenKind.ACCESS,
        grant_id=bench.grants[-1],
        family_id=facts.family_id,
        app_id="app",
        scope=bench.scope,
        issued_at=None,
        expires_at=bench.clock.now() + QUARTER,
        counts=True,
    )
    assert await bench.tokens.access_token(issued.access_token) == facts
    assert await bench.tokens.family_is_alive(facts.family_id)


async def test_a_refresh_token_is_described_with_when_it_was_issued(bench: TokenBench) -> None:
    issued = await bench.linked()

    facts = await told(bench, issued.refresh_token)

    assert (facts.kind, facts.counts) == (TokenKind.REFRESH, True)
    assert (facts.grant_id, facts.app_id, facts.scope) == (bench.grants[-1], "app", bench.scope)
    assert facts.issued_at == bench.clock.now()
    assert facts.family_id == (await told(bench, issued.access_token)).family_id


async def test_an_access_token_counts_until_its_end_and_not_at_it(bench: TokenBench) -> None:
    token = (await bench.linked()).access_token

    bench.clock.advance(QUARTER - timedelta(microseconds=1))
    assert (await told(bench, token)).counts
    bench.clock.advance(timedelta(microseconds=1))
    assert not (await told(bench, token)).counts


async def test_a_used_refresh_token_counts_no_more_and_its_successor_does(
    bench: TokenBench,
) -> None:
    first, second = await bench.chain(2)

    assert not (await told(bench, first)).counts
    assert (await told(bench, second)).counts


async def test_nothing_of_a_family_counts_after_a_reuse(bench: TokenBench) -> None:
    issued = await bench.linked()
    bystander = await bench.linked()
    renewed = await bench.refresh(issued.refresh_token)
    assert isinstance(renewed, Issued)
    assert (await told(bench, renewed.access_token)).counts
    bench.later(seconds=31)
    await bench.refresh(issued.refresh_token)

    for token in (issued.access_token, renewed.access_token, renewed.refresh_token):
        assert not (await told(bench, token)).counts
    family = (await told(bench, issued.access_token)).family_id
    assert not await bench.tokens.family_is_alive(family)
    assert (await told(bench, bystander.access_token)).counts


async def test_an_id_token_is_described_by_itself_and_its_family(bench: TokenBench) -> None:
    family = (await told(bench, (await bench.linked()).access_token)).family_id
    until = bench.clock.now() + DAY
    bearer = Bearer(
        grant_id=bench.grants[-1],
        family_id=family,
        app_id="app",
        provider_id="bank",
        products=frozenset(),
        expires_at=until,
    )

    facts = await bench.tokens.describe_bearer(bearer)

    assert facts == TokenFacts(
        kind=TokenKind.ID,
        grant_id=bench.grants[-1],
        family_id=family,
        app_id="app",
        scope=bench.scope,
        issued_at=None,
        expires_at=until,
        counts=True,
    )


async def test_what_was_never_a_token_is_not_described(bench: TokenBench) -> None:
    issued = await bench.linked()

    assert await bench.tokens.describe("unknown") is None
    assert await bench.tokens.access_token(issued.refresh_token or "") is None


async def test_the_grant_of_a_code_is_told_to_its_app_alone(bench: TokenBench) -> None:
    code = await bench.code()

    assert await bench.tokens.grant_of_code(code, "app") == bench.grants[-1]
    assert await bench.tokens.grant_of_code(code, "other") is None
    assert await bench.tokens.grant_of_code("unknown", "app") is None


async def test_forgotten_tokens_count_no_more_though_they_were_met_before(
    bench: TokenBench,
) -> None:
    issued = await bench.linked()
    family = (await told(bench, issued.access_token)).family_id
    async with bench.db.transaction() as tx:
        await bench.tokens.forget_all(tx)

    assert not await bench.tokens.family_is_alive(family)
    assert await bench.tokens.describe(issued.refresh_token or "") is None
