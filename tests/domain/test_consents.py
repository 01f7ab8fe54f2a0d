"""Grants: every change writes its event in the same transaction, and ends what hangs on it."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlalchemy import select

from easement.consent.errors import GrantEndedError
from easement.consent.model import Grant, Initiator
from easement.platform.outbox import outbox
from easement.providers.errors import ConnectionGoneError
from easement.tokens.errors import TokenRefusal
from easement.tokens.model import CodeRequest
from tests.domain.conftest import Ground
from tests.domain.token_bench import AKOYA


async def given(ground: Ground, account_ids: Collection[str] = ("1", "2")) -> Grant:
    connection = await ground.connect()
    async with ground.db.transaction() as tx:
        return await ground.consents.grant(
            tx,
            app=ground.app,
            provider=ground.provider,
            connection=connection,
            account_ids=account_ids,
        )


async def events(ground: Ground) -> list[tuple[str, str, str]]:
    async with ground.db.read() as tx:
        rows = (await tx.execute(select(outbox).order_by(outbox.c.position))).all()
    return [(row.type, row.subject, row.data["initiator"]) for row in rows]


async def test_each_change_is_told_once(ground: Ground) -> None:
    grant = await given(ground)
    async with ground.db.transaction() as tx:
        assert await ground.consents.change_accounts(tx, grant.id, {"1"}, Initiator.INDIVIDUAL)
    async with ground.db.transaction() as tx:
        assert await ground.consents.revoke(tx, grant.id, Initiator.DATA_RECIPIENT)
    async with ground.db.transaction() as tx:
        assert not await ground.consents.revoke(tx, grant.id, Initiator.INDIVIDUAL)
        assert not await ground.consents.change_accounts(tx, grant.id, {"2"}, Initiator.INDIVIDUAL)
    assert await events(ground) == [
        ("CONSENT_GRANTED", grant.id, "INDIVIDUAL"),
        ("CONSENT_UPDATED", grant.id, "INDIVIDUAL"),
        ("CONSENT_REVOKED", grant.id, "DATA_RECIPIENT"),
    ]


async def test_changed_accounts_are_what_the_grant_shows(ground: Ground) -> None:
    grant = await given(ground)
    async with ground.db.transaction() as tx:
        await ground.consents.change_accounts(tx, grant.id, {"3"}, Initiator.INDIVIDUAL)
    assert (await ground.consents.require_active(grant.id)).account_ids == {"3"}


async def test_a_change_rolled_back_was_never_told(ground: Ground) -> None:
    grant = await given(ground)
    with pytest.raises(LookupError):
        async with ground.db.transaction() as tx:
            await ground.consents.revoke(tx, grant.id, Initiator.INDIVIDUAL)
            raise LookupError
    assert len(await events(ground)) == 1
    await ground.consents.require_active(grant.id)
    assert await ground.connections.open(grant.connection_id)


async def test_revoking_ends_tokens_and_bank_connection_in_one_transaction(
    ground: Ground,
) -> None:
    grant = await given(ground)
    async with ground.db.transaction() as tx:
        code = await ground.tokens.issue_code(
            tx,
            CodeRequest(
                authorization_id="auth_1",
                grant_id=grant.id,
                app_id="app",
                redirect_uri="https://app.example/callback",
                scope="openid offline_access",
                nonce=None,
                code_challenge=None,
                auth_time=ground.clock.now(),
            ),
        )
        await ground.consents.revoke(tx, grant.id, Initiator.DATA_PROVIDER)
    async with ground.db.transaction() as tx:
        redeemed = await ground.tokens.redeem_code(
            tx,
            code=code,
            app_id="app",
            redirect_uri="https://app.example/callback",
            code_verifier=None,
            rules=AKOYA,
        )
    assert redeemed is TokenRefusal.INVALID
    with pytest.raises(GrantEndedError):
        await ground.consents.require_active(grant.id)
    with pytest.raises(ConnectionGoneError):
        await ground.connections.open(grant.connection_id)


async def test_a_grant_for_a_time_ends_by_itself(ground: Ground) -> None:
    from dataclasses import replace

    policy = replace(ground.provider.policy, consent_duration=timedelta(days=90))
    ground.provider = replace(ground.provider, policy=policy)
    grant = await given(ground)
    ground.clock.advance(timedelta(days=89))
    await ground.consents.require_active(grant.id)
    ground.clock.advance(timedelta(days=1))
    with pytest.raises(GrantEndedError):
        await ground.consents.require_active(grant.id)


async def test_a_login_keeps_its_subject_and_companies_see_different_ones(ground: Ground) -> None:
    first, second = await given(ground), await given(ground)
    assert first.subject == second.subject
    assert first.id != second.id
    assert ground.keys.subject("bank", "ada", "another company") != first.subject
    assert "ada" not in first.subject
