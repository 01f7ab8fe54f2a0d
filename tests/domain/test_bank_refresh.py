"""A refresh whose answer is lost, and how long what a bank gives lasts."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankError,
    BankMalformedError,
    BankTimeoutError,
    BankUnavailableError,
    ClientRefusedError,
    GrantRefusedError,
    NoRefreshTokenError,
    NothingDoneError,
    RefreshAnswerLostError,
)
from easement.connectors.model import BankLogin, BankTokens
from easement.providers.model import Connection, Policy, RefreshTokenPolicy
from easement.providers.tables import connections
from tests.domain.conftest import Ground

DAY = timedelta(days=1)


async def call(ground: Ground, connection: Connection) -> str:
    """A data call that takes the newest access token only."""

    async def do(token: str) -> str:
        if token != f"access-{ground.bank.refreshes}" or ground.bank.refreshes == 0:
            raise AccessTokenRejectedError
        return token

    return await ground.connections.call("bank", connection.id, do)


def losing(ground: Ground, error: BaseException) -> None:
    """The bank rotates, and then its answer is lost."""

    async def lose() -> None:
        ground.bank.during_refresh = None
        ground.bank.valid = "refresh-that-nobody-got"
        raise error

    ground.bank.during_refresh = lose


@pytest.mark.parametrize(
    "lost",
    [BankTimeoutError(), BankUnavailableError(), BankMalformedError(), asyncio.CancelledError()],
    ids=lambda each: type(each).__name__,
)
async def test_a_lost_answer_ends_the_permission_at_the_second_try_with_its_own_reason(
    ground: Ground, lost: BaseException
) -> None:
    connection = await ground.connect()
    losing(ground, lost)
    with pytest.raises(type(lost)):
        await call(ground, connection)
    for _ in range(2):
        with pytest.raises(RefreshAnswerLostError) as raised:
            await call(ground, connection)
    assert raised.value.reason == "refresh_answer_lost"


async def test_a_bank_that_still_takes_the_old_token_heals_a_lost_answer(ground: Ground) -> None:
    connection = await ground.connect()
    losing(ground, BankTimeoutError())
    with pytest.raises(BankTimeoutError):
        await call(ground, connection)
    ground.bank.valid = "refresh-0"
    assert await call(ground, connection) == "access-1"
    ground.bank.fault = GrantRefusedError()
    with pytest.raises(GrantRefusedError) as raised:
        await ground.connections.call("bank", connection.id, _reject)
    assert raised.type is GrantRefusedError, "what was lost before counts no more"


@pytest.mark.parametrize("fault", [NothingDoneError(), ClientRefusedError()])
async def test_a_bank_that_did_nothing_has_lost_nothing(ground: Ground, fault: BankError) -> None:
    connection = await ground.connect()
    ground.bank.fault = fault
    with pytest.raises(NothingDoneError):
        await call(ground, connection)
    ground.bank.fault = GrantRefusedError()
    with pytest.raises(GrantRefusedError) as raised:
        await call(ground, connection)
    assert raised.type is GrantRefusedError
    assert raised.value.reason == "refused_by_provider"


async def test_a_bank_that_cannot_be_reached_in_between_does_not_hide_a_lost_answer(
    ground: Ground,
) -> None:
    connection = await ground.connect()
    losing(ground, BankTimeoutError())
    with pytest.raises(BankTimeoutError):
        await call(ground, connection)
    ground.bank.fault = NothingDoneError()
    with pytest.raises(NothingDoneError):
        await call(ground, connection)
    ground.bank.fault = None
    with pytest.raises(RefreshAnswerLostError):
        await call(ground, connection)


async def test_without_a_refresh_token_the_connection_is_good_until_its_access_token_ends(
    ground: Ground,
) -> None:
    tokens = BankTokens("access-0", None, timedelta(hours=2))
    async with ground.db.transaction() as tx:
        connection = await ground.connections.connect(
            tx, "bank", tokens, BankLogin("ada", None, None)
        )
    assert connection.ends_at is not None
    assert timedelta(hours=1) < connection.ends_at - ground.clock.now() <= timedelta(hours=2)
    assert await ground.connections.call("bank", connection.id, _take) == "access-0"
    for _ in range(2):
        with pytest.raises(NoRefreshTokenError):
            await ground.connections.call("bank", connection.id, _reject)
    assert ground.bank.refreshes == 0


async def test_without_a_lifetime_nobody_knows_when_it_ends(ground: Ground) -> None:
    async with ground.db.transaction() as tx:
        connection = await ground.connections.connect(
            tx, "bank", BankTokens("access-0", None, None), BankLogin("ada", None, None)
        )
    assert connection.ends_at is None


async def set_policy(
    ground: Ground, kind: RefreshTokenPolicy, consent_days: int | None = None
) -> None:
    policy = Policy(
        id_token_lifetime=DAY,
        consent_duration=None if consent_days is None else consent_days * DAY,
        refresh_token_policy=kind,
        refresh_token_lifetime=None if kind is RefreshTokenPolicy.PERPETUAL else 30 * DAY,
    )
    async with ground.db.transaction() as tx:
        await ground.directory.set_policy(tx, "bank", policy)


async def grant_of(ground: Ground, connection: Connection) -> str:
    provider = await ground.directory.current("bank")
    assert provider is not None
    async with ground.db.transaction() as tx:
        grant = await ground.consents.grant(
            tx,
            app=ground.app,
            provider=provider,
            connection=connection,
            account_ids=["a1"],
        )
    return grant.id


async def days_left(ground: Ground, grant_id: str) -> int | None:
    grant = await ground.consents.current(grant_id)
    assert grant is not None
    if grant.expires_at is None:
        return None
    return round((grant.expires_at - ground.clock.now()) / DAY)


@pytest.mark.parametrize(
    ("kind", "consent_days", "at_first", "ten_days_later"),
    [
        (RefreshTokenPolicy.PERPETUAL, None, None, None),
        (RefreshTokenPolicy.PERPETUAL, 90, 90, 80),
        (RefreshTokenPolicy.SET, None, 30, 20),
        (RefreshTokenPolicy.SET, 20, 20, 10),
        (RefreshTokenPolicy.ROLLING, None, 30, 30),
        (RefreshTokenPolicy.ROLLING, 90, 30, 30),
        (RefreshTokenPolicy.ROLLING, 35, 30, 25),
    ],
)
async def test_a_grant_lasts_as_long_as_consent_and_the_banks_refresh_token(
    ground: Ground,
    *,
    kind: RefreshTokenPolicy,
    consent_days: int | None,
    at_first: int | None,
    ten_days_later: int | None,
) -> None:
    await set_policy(ground, kind, consent_days)
    connection = await ground.connect()
    grant_id = await grant_of(ground, connection)
    assert await days_left(ground, grant_id) == at_first
    ground.clock.advance(10 * DAY)
    assert await call(ground, connection) == "access-1"
    assert await days_left(ground, grant_id) == ten_days_later


async def test_a_rolling_permission_that_nobody_used_has_ended(ground: Ground) -> None:
    await set_policy(ground, RefreshTokenPolicy.ROLLING)
    grant_id = await grant_of(ground, await ground.connect())
    ground.clock.advance(31 * DAY)
    grant = await ground.consents.current(grant_id)
    assert grant is not None
    assert not grant.is_active(ground.clock.now())


async def test_the_reason_of_an_end_is_recorded_with_the_grant(ground: Ground) -> None:
    grant_id = await grant_of(ground, await ground.connect())
    await ground.consents.ended_by_provider(grant_id, RefreshAnswerLostError.reason)
    async with ground.db.read() as tx:
        from easement.consent.tables import grants

        row = (await tx.execute(grants.select())).one()
    assert (row.ended_by, row.end_reason) == ("DATA_PROVIDER", "refresh_answer_lost")


async def test_a_dead_process_holds_nobody_up_for_longer_than_its_lease(ground: Ground) -> None:
    connection = await ground.connect()
    async with ground.db.transaction() as tx:
        long_ago = ground.clock.now() - timedelta(minutes=1)
        await tx.execute(
            update(connections).values(
                lease_holder="dead", lease_until=long_ago, refresh_started_at=long_ago
            )
        )
    assert await call(ground, connection) == "access-1"


async def _take(token: str) -> str:
    return token


async def _reject(token: str) -> str:
    raise AccessTokenRejectedError
