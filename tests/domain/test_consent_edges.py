"""Grants to the second and to the row: what a small slip in a query or a date would do."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from easement.consent.errors import GrantEndedError
from easement.consent.expiry import NOTICE, GrantExpiry
from easement.consent.model import Grant, GrantStatus, Initiator
from easement.consent.tables import grants
from easement.platform.audit import audit_events
from tests.domain.conftest import Ground
from tests.domain.test_grant_expiry import events, given


class StoppedClock:
    """A moment that lasts."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


async def run_at(ground: Ground, moment: datetime) -> None:
    """Let the jobs run at that very moment."""
    await GrantExpiry(ground.db, StoppedClock(moment), ground.consents).run()


async def stored(ground: Ground, grant: Grant) -> Any:
    async with ground.db.read() as tx:
        return (await tx.execute(select(grants).where(grants.c.id == grant.id))).one()


async def noted(ground: Ground, kind: str) -> list[tuple[str | None, str]]:
    """The grants and reasons in the audit log, each with the app and the provider."""
    async with ground.db.read() as tx:
        query = select(audit_events).where(audit_events.c.kind == kind)
        rows = (await tx.execute(query)).all()
    assert {(row.app_id, row.provider_id) for row in rows} <= {(ground.app.id, ground.provider.id)}
    return [(row.grant_id, row.reason) for row in rows]


def ends(grant: Grant) -> datetime:
    assert grant.expires_at is not None
    return grant.expires_at


async def test_a_new_grant_is_noted_with_who_gave_it(ground: Ground) -> None:
    grant = await given(ground, 90)

    assert grant.id.startswith("grant_")
    assert await noted(ground, "consent_granted") == [(grant.id, "by INDIVIDUAL")]
    assert (await stored(ground, grant)).granted_until == grant.expires_at


async def test_changing_the_accounts_of_one_grant_leaves_the_others(ground: Ground) -> None:
    bystander, changed = await given(ground, None), await given(ground, None)
    async with ground.db.transaction() as tx:
        await ground.consents.change_accounts(tx, changed.id, {"2"}, Initiator.INDIVIDUAL)

    assert (await ground.consents.require_active(bystander.id)).account_ids == {"1"}
    assert (await ground.consents.require_active(changed.id)).account_ids == {"2"}
    assert (await stored(ground, changed)).updated_at > changed.created_at
    assert await noted(ground, "consent_changed") == [(changed.id, "by INDIVIDUAL")]


async def test_an_expired_grant_says_why_and_when_in_its_row_and_in_the_audit_log(
    ground: Ground,
) -> None:
    grant = await given(ground, 90)
    ground.clock.advance(timedelta(days=90))
    async with ground.db.transaction() as tx:
        assert await ground.consents.expire(tx, grant.id)

    row = await stored(ground, grant)
    assert row.end_reason == "expired"
    assert row.updated_at == row.ended_at >= ends(grant)
    assert await noted(ground, "consent_expired") == [(grant.id, "by DATA_ACCESS_PLATFORM")]


async def test_a_grant_ends_at_its_end_and_not_a_moment_later(ground: Ground) -> None:
    grant = await given(ground, 90)
    moment = timedelta(microseconds=1)

    assert grant.is_active(ends(grant) - moment)
    assert not grant.is_active(ends(grant))


async def test_an_unknown_grant_is_named_in_the_error(ground: Ground) -> None:
    with pytest.raises(GrantEndedError, match="grant_unknown"):
        await ground.consents.require_active("grant_unknown")


async def test_a_coming_end_is_told_at_thirty_days_to_the_moment(ground: Ground) -> None:
    grant = await given(ground, 90)
    await run_at(ground, ends(grant) - NOTICE - timedelta(microseconds=1))
    assert await events(ground, "CUSTOM") == []

    await run_at(ground, ends(grant) - NOTICE)

    (told,) = await events(ground, "CUSTOM")
    assert told.subject == grant.id


async def test_an_end_that_is_here_is_not_told_as_coming(ground: Ground) -> None:
    grant = await given(ground, 90)

    await run_at(ground, ends(grant))

    # The grant itself ends by the service's own clock, which has not moved.
    assert await events(ground, "CUSTOM") == []
    assert (await stored(ground, grant)).reminded_at is None


async def test_the_newest_grants_come_first_and_no_more_than_asked_for(ground: Ground) -> None:
    made = [await given(ground, None) for _ in range(3)]

    assert await ground.consents.newest(2) == [made[2], made[1]]


async def test_forgotten_grants_are_gone_for_those_who_have_read_them(ground: Ground) -> None:
    grant = await given(ground, None)
    assert await ground.consents.current(grant.id) == grant
    async with ground.db.transaction() as tx:
        await ground.consents.forget_all(tx)

    assert await ground.consents.current(grant.id) is None
    assert await ground.consents.newest(1) == []


async def test_a_grant_that_the_bank_ended_says_so_with_the_reason(ground: Ground) -> None:
    bystander, grant = await given(ground, None), await given(ground, None)

    await ground.consents.ended_by_provider(grant.id, "revoked")

    ended = await ground.consents.current(grant.id)
    assert ended is not None
    assert (ended.status, ended.ended_by) == (GrantStatus.REVOKED, Initiator.DATA_PROVIDER)
    row = await stored(ground, grant)
    assert (row.end_reason, row.updated_at) == ("revoked", row.ended_at)
    assert await noted(ground, "consent_revoked") == [(grant.id, "by DATA_PROVIDER: revoked")]
    assert (await ground.consents.require_active(bystander.id)).id == bystander.id
