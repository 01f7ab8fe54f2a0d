"""What is kept is kept for as long as it is needed."""

from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from easement.activity.model import CallRecord
from easement.activity.service import CallRecorder
from easement.activity.tables import calls
from easement.platform.changes import changes
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import Issued
from easement.tokens.tables import access_tokens, codes, refresh_tokens, token_families
from tests.domain.conftest import Ground
from tests.domain.token_bench import AKOYA, OAUTH, TokenBench


async def count(ground: Ground, table: Table) -> int:
    async with ground.db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


@pytest.fixture
def bench(ground: Ground) -> TokenBench:
    return TokenBench.on(ground, AKOYA)


async def test_a_living_refresh_token_is_never_forgotten(bench: TokenBench) -> None:
    first = await bench.linked()
    bench.later(days=3000)
    await bench.tokens.forget_expired()
    assert isinstance(await bench.refresh(first.refresh_token), Issued)


async def test_used_and_expired_ones_are_forgotten_in_time(
    ground: Ground, bench: TokenBench
) -> None:
    first, second = await bench.chain(2)
    await bench.tokens.forget_expired()
    assert await count(ground, refresh_tokens) == 2
    assert await count(ground, codes) == 1

    bench.later(days=31)
    await bench.tokens.forget_expired()
    assert await count(ground, refresh_tokens) == 1
    assert await count(ground, codes) == 0
    assert await count(ground, access_tokens) == 0
    assert await bench.refresh(first) is TokenRefusal.INVALID
    assert isinstance(await bench.refresh(second), Issued)


async def test_a_family_goes_with_all_its_tokens_a_month_after_its_end(
    ground: Ground, bench: TokenBench
) -> None:
    await bench.linked()
    async with ground.db.transaction() as tx:
        await bench.tokens.end_for_grant(tx, bench.grants[0], "revoked")
    bench.later(days=29)
    await bench.tokens.forget_expired()
    assert await count(ground, token_families) == 1
    bench.later(days=2)
    await bench.tokens.forget_expired()
    await nothing_left(ground)


async def test_more_than_one_sweep_takes_are_all_forgotten(
    ground: Ground, bench: TokenBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("easement.tokens.service._SWEEP", 2)
    for _ in range(3):
        await bench.chain(3)
    bench.later(days=31)
    await bench.tokens.forget_expired()
    assert await count(ground, refresh_tokens) == 3
    assert await count(ground, access_tokens) == 0


async def test_nothing_is_left_of_sign_ins_that_gave_no_lasting_token(
    ground: Ground, bench: TokenBench
) -> None:
    await bench.code()
    bench.scope = "openid"
    issued = await bench.linked()
    bench.later(hours=23)
    await bench.tokens.forget_expired()
    assert await bench.tokens.grant_of_access_token(issued.access_token) is not None
    for _ in range(2):
        bench.later(days=31)
        await bench.tokens.forget_expired()
    await nothing_left(ground)


async def test_nothing_is_left_of_a_link_whose_refresh_token_expired_unused(
    ground: Ground,
) -> None:
    bench = TokenBench.on(ground, OAUTH)
    *_, newest = await bench.chain(3)
    bench.later(days=179)
    await bench.tokens.forget_expired()
    assert isinstance(await bench.refresh(newest), Issued)
    bench.later(days=150)
    for _ in range(2):
        bench.later(days=31)
        await bench.tokens.forget_expired()
    await nothing_left(ground)


async def nothing_left(ground: Ground) -> None:
    for table in (token_families, codes, refresh_tokens, access_tokens):
        assert await count(ground, table) == 0


async def test_call_records_are_kept_for_three_years(ground: Ground) -> None:
    recorder = CallRecorder(ground.db)
    recorder.record(
        CallRecord(
            at=ground.clock.now(),
            interaction_id="Root=1-x",
            app_id=None,
            grant_id=None,
            provider_id=None,
            product="balances",
            version="v2",
            status=200,
            code=None,
            bank_ms=1.0,
            total_ms=2.0,
            interaction_type=None,
            intent_type=None,
            last_access=None,
        )
    )
    await recorder.flush()
    ground.clock.advance(timedelta(days=3 * 365))
    await recorder.forget_old(ground.clock)
    assert await count(ground, calls) == 1
    ground.clock.advance(timedelta(days=10))
    await recorder.forget_old(ground.clock)
    assert await count(ground, calls) == 0


async def test_recent_changes_are_not_forgotten(ground: Ground) -> None:
    before = await count(ground, changes)
    assert before > 0
    await ground.feed.forget_old()
    assert await count(ground, changes) == before
