"""What is kept is kept for as long as it is needed."""

from datetime import timedelta

from sqlalchemy import Table, func, select

from easement.activity.model import CallRecord
from easement.activity.service import CallRecorder
from easement.activity.tables import calls
from easement.platform.changes import changes
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import CodeRequest, Issued, Redeemed
from easement.tokens.tables import access_tokens, codes, refresh_tokens, token_families
from tests.domain.conftest import Ground


async def count(ground: Ground, table: Table) -> int:
    async with ground.db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


async def issued(ground: Ground) -> Issued:
    async with ground.db.transaction() as tx:
        code = await ground.tokens.issue_code(
            tx,
            CodeRequest(
                authorization_id="auth_1",
                grant_id="grant_1",
                app_id="app",
                redirect_uri="https://app.example/callback",
                scope="openid offline_access",
                nonce=None,
                code_challenge=None,
                auth_time=ground.clock.now(),
            ),
        )
        redeemed = await ground.tokens.redeem_code(
            tx,
            code=code,
            app_id="app",
            redirect_uri="https://app.example/callback",
            code_verifier=None,
        )
        assert isinstance(redeemed, Redeemed)
        return await ground.tokens.issue(tx, redeemed)


async def refreshed(ground: Ground, refresh_token: str | None) -> Issued | TokenRefusal:
    assert refresh_token is not None
    async with ground.db.transaction() as tx:
        redeemed = await ground.tokens.redeem_refresh_token(
            tx, refresh_token=refresh_token, app_id="app"
        )
        if isinstance(redeemed, TokenRefusal):
            return redeemed
        return await ground.tokens.issue(tx, redeemed)


async def test_a_living_refresh_token_is_never_forgotten(ground: Ground) -> None:
    first = await issued(ground)
    ground.clock.advance(timedelta(days=3000))
    await ground.tokens.forget_expired()
    assert isinstance(await refreshed(ground, first.refresh_token), Issued)


async def test_used_and_expired_ones_are_forgotten_in_time(ground: Ground) -> None:
    first = await issued(ground)
    second = await refreshed(ground, first.refresh_token)
    assert isinstance(second, Issued)
    await ground.tokens.forget_expired()
    assert await count(ground, refresh_tokens) == 2
    assert await count(ground, codes) == 1

    ground.clock.advance(timedelta(days=31))
    await ground.tokens.forget_expired()
    assert await count(ground, refresh_tokens) == 1
    assert await count(ground, codes) == 0
    assert await count(ground, access_tokens) == 0
    assert await refreshed(ground, first.refresh_token) is TokenRefusal.INVALID
    assert isinstance(await refreshed(ground, second.refresh_token), Issued)


async def test_a_family_goes_with_all_its_tokens_a_month_after_its_end(ground: Ground) -> None:
    await issued(ground)
    async with ground.db.transaction() as tx:
        await ground.tokens.end_for_grant(tx, "grant_1", "revoked")
    ground.clock.advance(timedelta(days=29))
    await ground.tokens.forget_expired()
    assert await count(ground, token_families) == 1
    ground.clock.advance(timedelta(days=2))
    await ground.tokens.forget_expired()
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
