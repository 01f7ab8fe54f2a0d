"""Pushed requests and consumer sessions in the database: claimed once, forgotten in time."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from easement.authorizations.model import Request
from easement.authorizations.pushed.tables import pushed_requests
from easement.authorizations.service import Authorizations
from easement.authorizations.sessions.tables import consumer_sessions
from easement.authorizations.settings import AuthorizationSettings
from easement.platform.db import Transaction
from tests.domain.conftest import Ground

REQUEST = Request(
    app_id="app",
    provider_id="bank",
    redirect_uri="https://app.example/callback",
    scope="openid",
    state=None,
    nonce=None,
    code_challenge=None,
)


class BreakOffError(Exception):
    """Something goes wrong after the claim."""


@pytest.fixture
def authorizations(ground: Ground) -> Authorizations:
    return Authorizations(ground.db, ground.keys, ground.clock, AuthorizationSettings())


async def count(ground: Ground, table: object) -> int:
    async with ground.db.read() as tx:
        result = await tx.execute(select(func.count()).select_from(table))  # type: ignore[arg-type]
        return int(result.scalar_one())


async def approve(authorizations: Authorizations, ground: Ground, previous: str | None) -> str:
    """Open a session as an approval does; its secret."""
    async with ground.db.transaction() as tx:
        begun = await authorizations.begin(tx, REQUEST, "browser")
        await authorizations.claim_exchange(tx, begun.id)
        await authorizations.connected(tx, begun.id, "connection")
    stored = await authorizations.find(begun.id)
    assert stored is not None
    async with ground.db.transaction() as tx:
        await authorizations.sessions.open(tx, stored, "grant", previous)
    return authorizations.sessions.secret_of(begun.id)


async def test_of_many_decisions_on_one_pushed_request_one_counts(
    ground: Ground, authorizations: Authorizations
) -> None:
    pushed = authorizations.pushed
    found = await pushed.find(await pushed.push("app", {"state": "s"}), "app")
    assert found is not None
    assert found.parameters == {"state": "s"}

    async def decide() -> bool:
        async with ground.db.transaction() as tx:
            return await pushed.claim(tx, found.hash)

    decided = await asyncio.gather(*(decide() for _ in range(20)))

    assert sum(decided) == 1


async def test_a_claim_that_is_rolled_back_leaves_the_request(
    ground: Ground, authorizations: Authorizations
) -> None:
    request_uri = await authorizations.pushed.push("app", {})
    found = await authorizations.pushed.find(request_uri, "app")
    assert found is not None

    async def decide_and_fail(tx: Transaction) -> None:
        await authorizations.pushed.claim(tx, found.hash)
        raise BreakOffError

    with pytest.raises(BreakOffError):
        async with ground.db.transaction() as tx:
            await decide_and_fail(tx)

    assert await authorizations.pushed.find(request_uri, "app") == found


async def test_pushed_requests_are_forgotten_after_a_day(
    ground: Ground, authorizations: Authorizations
) -> None:
    await authorizations.pushed.push("app", {})
    ground.clock.advance(timedelta(hours=23))
    await authorizations.forget_old()
    assert await count(ground, pushed_requests) == 1

    ground.clock.advance(timedelta(hours=2))
    await authorizations.forget_old()

    assert await count(ground, pushed_requests) == 0


async def test_sessions_are_forgotten_when_they_are_over(
    ground: Ground, authorizations: Authorizations
) -> None:
    secret = await approve(authorizations, ground, None)
    await authorizations.forget_old()
    assert len(await authorizations.sessions.living(secret)) == 1

    ground.clock.advance(timedelta(minutes=31))
    await authorizations.forget_old()

    assert await count(ground, consumer_sessions) == 0


async def test_a_new_approval_takes_the_place_of_the_one_before(
    ground: Ground, authorizations: Authorizations
) -> None:
    first = await approve(authorizations, ground, None)
    second = await approve(authorizations, ground, first)

    assert await authorizations.sessions.living(first) == []
    assert len(await authorizations.sessions.living(second)) == 1


async def test_a_reset_leaves_neither(ground: Ground, authorizations: Authorizations) -> None:
    await authorizations.pushed.push("app", {})
    await approve(authorizations, ground, None)

    async with ground.db.transaction() as tx:
        await authorizations.forget_all(tx)

    assert await count(ground, pushed_requests) == await count(ground, consumer_sessions) == 0
