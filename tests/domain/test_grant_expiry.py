"""Grants whose time is over are ended for good; thirty days before, that is told once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from easement.connectors.errors import AccessTokenRejectedError
from easement.consent.expiry import GrantExpiry
from easement.consent.model import Grant, GrantStatus, Initiator
from easement.fdx.consent_duration import ConsentDuration, DurationType
from easement.platform.outbox import outbox
from easement.providers.errors import ConnectionGoneError
from easement.providers.model import RefreshTokenPolicy
from easement.tokens.errors import TokenRefusal
from tests.domain.conftest import Ground, replica
from tests.domain.token_bench import AKOYA, TokenBench


async def given(ground: Ground, days: int | None, wish: ConsentDuration | None = None) -> Grant:
    duration = None if days is None else timedelta(days=days)
    policy = replace(ground.provider.policy, consent_duration=duration)
    connection = await ground.connect()
    async with ground.db.transaction() as tx:
        return await ground.consents.grant(
            tx,
            app=replace(ground.app, consent_duration=wish),
            provider=replace(ground.provider, policy=policy),
            connection=connection,
            account_ids={"1"},
        )


async def run(ground: Ground) -> None:
    await GrantExpiry(ground.db, ground.clock, ground.consents).run()


async def events(ground: Ground, kind: str) -> list[Any]:
    async with ground.db.read() as tx:
        query = select(outbox).where(outbox.c.type == kind).order_by(outbox.c.position)
        return list((await tx.execute(query)).all())


async def test_grant_past_its_end_is_expired_and_everything_that_hangs_on_it_ended(
    ground: Ground,
) -> None:
    grant = await given(ground, 90)
    bench = TokenBench.on(ground, AKOYA)
    issued = await bench.exchange(await bench.code(grant.id))
    assert not isinstance(issued, TokenRefusal)
    ground.clock.advance(timedelta(days=90))

    await run(ground)

    ended = await ground.consents.current(grant.id)
    assert ended is not None
    assert (ended.status, ended.ended_by) == (GrantStatus.EXPIRED, None)
    assert ended.ended_at is not None
    assert await bench.refresh(issued.refresh_token) is TokenRefusal.INVALID
    with pytest.raises(ConnectionGoneError):
        await ground.connections.open(grant.connection_id)
    (told,) = await events(ground, "CONSENT_UPDATED")
    assert (told.subject, told.data) == (
        grant.id,
        {"initiator": "DATA_ACCESS_PLATFORM", "status": "EXPIRED"},
    )
    assert await events(ground, "CONSENT_REVOKED") == []


async def test_grant_that_expired_cannot_be_revoked_or_changed_any_more(ground: Ground) -> None:
    grant = await given(ground, 90)
    ground.clock.advance(timedelta(days=91))
    await run(ground)
    async with ground.db.transaction() as tx:
        assert not await ground.consents.revoke(tx, grant.id, Initiator.INDIVIDUAL)
        assert not await ground.consents.change_accounts(tx, grant.id, {"2"}, Initiator.INDIVIDUAL)


async def test_other_grants_are_left_alone(ground: Ground) -> None:
    lasting, longer, revoked = [await given(ground, days) for days in (None, 91, 80)]
    async with ground.db.transaction() as tx:
        await ground.consents.revoke(tx, revoked.id, Initiator.DATA_RECIPIENT)
    ground.clock.advance(timedelta(days=90))

    await run(ground)

    states = [await ground.consents.current(each.id) for each in (lasting, longer, revoked)]
    assert [each.status for each in states if each] == ["ACTIVE", "ACTIVE", "REVOKED"]


async def test_grant_whose_end_was_put_off_meanwhile_is_not_expired(ground: Ground) -> None:
    grant = await given(ground, 90)
    async with ground.db.transaction() as tx:
        assert not await ground.consents.expire(tx, grant.id)
    assert await events(ground, "CONSENT_UPDATED") == []


async def test_coming_end_is_told_once_thirty_days_before_with_all_that_a_notice_needs(
    ground: Ground,
) -> None:
    grant = await given(ground, 90)
    ground.clock.advance(timedelta(days=59))
    await run(ground)
    assert await events(ground, "CUSTOM") == []
    ground.clock.advance(timedelta(days=1, hours=1))

    await run(ground)
    await run(ground)

    (told,) = await events(ground, "CUSTOM")
    assert told.subject == grant.id
    assert grant.expires_at is not None
    assert told.data == {
        "category": "CONSENT",
        "initiator": "DATA_ACCESS_PLATFORM",
        "app_id": "app",
        "company_id": "company",
        "customFields": [
            {"name": "EVENT", "value": "CONSENT_EXPIRING"},
            {"name": "INITIATOR", "value": "DATA_ACCESS_PLATFORM"},
            {"name": "PROVIDER", "value": "bank"},
            {"name": "EXPIRATION_TIME", "value": grant.expires_at.isoformat(timespec="seconds")},
        ],
    }


@pytest.mark.parametrize("days", [1, 30])
async def test_consent_for_thirty_days_or_less_is_not_announced_to_end(
    ground: Ground, days: int
) -> None:
    await given(ground, days)
    await run(ground)
    assert await events(ground, "CUSTOM") == []


async def test_end_that_was_put_off_is_told_anew_when_it_comes(ground: Ground) -> None:
    policy = replace(
        ground.provider.policy,
        refresh_token_policy=RefreshTokenPolicy.ROLLING,
        refresh_token_lifetime=timedelta(days=90),
    )
    async with ground.db.transaction() as tx:
        await ground.directory.set_policy(tx, "bank", policy)
    grant = await given(ground, None)
    for told in (1, 2):
        ground.clock.advance(timedelta(days=61))
        await run(ground)
        await run(ground)
        assert len(await events(ground, "CUSTOM")) == told
        # The app reads again, and the bank's permission rolls on.
        await refreshed(ground, grant)
        await run(ground)
        assert len(await events(ground, "CUSTOM")) == told


async def refreshed(ground: Ground, grant: Grant) -> None:
    """A data call that has the bank's tokens refreshed."""

    async def do(token: str) -> str:
        if token != f"access-{ground.bank.refreshes}" or ground.bank.refreshes == before:
            raise AccessTokenRejectedError
        return token

    before = ground.bank.refreshes
    await ground.connections.call("bank", grant.connection_id, do)


async def test_grant_that_was_revoked_is_not_announced_to_end(ground: Ground) -> None:
    grant = await given(ground, 90)
    async with ground.db.transaction() as tx:
        await ground.consents.revoke(tx, grant.id, Initiator.INDIVIDUAL)
    ground.clock.advance(timedelta(days=70))
    await run(ground)
    assert await events(ground, "CUSTOM") == []


async def test_two_replicas_at_once_end_and_announce_each_grant_once(ground: Ground) -> None:
    other = await replica(ground.db, ground.bank)
    for days in (90, 90, 90, 110, 110):
        await given(ground, days)
    for each in (ground, other):
        each.clock.advance(timedelta(days=90))

    await asyncio.gather(run(ground), run(other), run(ground), run(other))

    assert len(await events(ground, "CONSENT_UPDATED")) == 3
    assert len(await events(ground, "CUSTOM")) == 2


async def test_more_grants_than_one_batch_are_all_ended(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("easement.consent.expiry._BATCH", 2)
    for days in (90, 90, 90, 90, 110, 110, 110):
        await given(ground, days)
    ground.clock.advance(timedelta(days=90))

    await run(ground)

    assert len(await events(ground, "CONSENT_UPDATED")) == 4
    assert len(await events(ground, "CUSTOM")) == 3


async def test_grant_for_one_time_gives_no_refresh_token_and_ends_with_its_id_token(
    ground: Ground,
) -> None:
    grant = await given(ground, 90, ConsentDuration(DurationType.ONE_TIME))
    assert grant.duration_type is DurationType.ONE_TIME
    assert grant.scope_of("openid offline_access email") == "openid email"
    assert grant.expires_at == grant.created_at + timedelta(hours=24)


async def test_other_grants_give_the_scope_that_was_asked_for(ground: Ground) -> None:
    grant = await given(ground, 90)
    assert grant.duration_type is DurationType.TIME_BOUND
    assert grant.scope_of("openid offline_access") == "openid offline_access"
