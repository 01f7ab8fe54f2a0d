"""Bank tokens: sealed, refreshed once for all who wait, retired at the end."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankUnavailableError,
    GrantRefusedError,
)
from easement.platform.db import UnavailableError
from easement.providers import store
from easement.providers.errors import ConnectionGoneError
from easement.providers.tables import connections
from tests.domain.conftest import Ground, replica


def accepting(valid: str) -> object:
    """A bank call that only takes the access token `valid`."""

    async def do(token: str) -> str:
        await asyncio.sleep(0)
        if token != valid:
            raise AccessTokenRejectedError
        return token

    return do


async def test_fifty_callers_share_one_refresh(ground: Ground) -> None:
    connection = await ground.connect()
    calls = [
        ground.connections.call("bank", connection.id, accepting("access-1")) for _ in range(50)
    ]
    assert set(await asyncio.gather(*calls)) == {"access-1"}
    assert ground.bank.refreshes == 1


async def test_two_replicas_refresh_a_rotating_token_once(ground: Ground) -> None:
    other = await replica(ground.db, ground.bank)
    connection = await ground.connect()
    calls = [
        each.connections.call("bank", connection.id, accepting("access-1"))
        for each in (ground, other) * 10
    ]
    assert set(await asyncio.gather(*calls)) == {"access-1"}
    assert ground.bank.refreshes == 1


async def test_a_caller_who_hangs_up_does_not_cancel_the_refresh(ground: Ground) -> None:
    connection = await ground.connect()
    call = ground.connections.call("bank", connection.id, accepting("access-1"))
    first = asyncio.create_task(call)
    await asyncio.sleep(0)
    second = asyncio.create_task(
        ground.connections.call("bank", connection.id, accepting("access-1"))
    )
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "access-1"
    assert (await ground.connections.open(connection.id)).refresh_token == "refresh-1"


async def test_a_refused_refresh_is_told_and_the_lease_given_back(ground: Ground) -> None:
    connection = await ground.connect()
    ground.bank.fault = GrantRefusedError()
    for _ in range(2):
        with pytest.raises(GrantRefusedError):
            await ground.connections.call("bank", connection.id, accepting("never"))


async def test_a_bank_that_is_out_can_be_asked_again_at_once(ground: Ground) -> None:
    connection = await ground.connect()
    ground.bank.fault = BankUnavailableError()
    with pytest.raises(BankUnavailableError):
        await ground.connections.call("bank", connection.id, accepting("access-1"))
    ground.bank.fault = None
    assert await ground.connections.call("bank", connection.id, accepting("access-1")) == "access-1"


async def test_a_bank_that_rejects_what_it_has_just_issued_ends_nothing(ground: Ground) -> None:
    connection = await ground.connect()
    with pytest.raises(BankUnavailableError):
        await ground.connections.call("bank", connection.id, accepting("none of them"))
    assert ground.bank.refreshes == 1
    assert await ground.connections.open(connection.id)


async def test_a_replica_that_slept_through_two_expiries_refreshes_itself(ground: Ground) -> None:
    other = await replica(ground.db, ground.bank)
    connection = await ground.connect()
    assert await other.connections.call("bank", connection.id, accepting("access-0")) == "access-0"
    await ground.connections.call("bank", connection.id, accepting("access-1"))
    assert await other.connections.call("bank", connection.id, accepting("access-2")) == "access-2"
    assert ground.bank.refreshes == 2


async def test_an_overdue_refresh_is_kept_though_its_lease_ran_out(ground: Ground) -> None:
    connection = await ground.connect()

    async def lose_the_lease() -> None:
        async with ground.db.transaction() as tx:
            await tx.execute(connections.update().values(lease_holder="another"))

    ground.bank.during_refresh = lose_the_lease
    await ground.connections.call("bank", connection.id, accepting("access-1"))
    assert (await ground.connections.open(connection.id)).refresh_token == "refresh-1"


async def test_a_connection_that_does_not_open_keeps_no_other_from_being_retired(
    ground: Ground,
) -> None:
    broken, sound = await ground.connect(), await ground.connect()
    async with ground.db.transaction() as tx:
        await tx.execute(
            connections.update().where(connections.c.id == broken.id).values(sealed=b"broken seal")
        )
        await ground.connections.retire(tx, broken.id)
        await ground.connections.retire(tx, sound.id)
    await ground.connections.retire_due()
    assert ground.bank.revoked == ["refresh-0"]


async def test_a_bank_that_never_answers_is_given_up_after_about_a_week(ground: Ground) -> None:
    connection = await ground.connect()
    async with ground.db.transaction() as tx:
        await ground.connections.retire(tx, connection.id)
    ground.bank.fault = BankUnavailableError()
    days_left: list[int] = []
    for day in range(12):
        for _ in range(24):
            await ground.connections.retire_due()
            ground.clock.advance(timedelta(hours=1))
        async with ground.db.read() as tx:
            if (await tx.execute(select(connections))).all():
                days_left.append(day)
    assert days_left
    assert 5 <= days_left[-1] <= 8


async def test_a_retired_connection_is_closed_at_once_and_the_bank_is_told(ground: Ground) -> None:
    connection = await ground.connect()
    assert await ground.connections.call("bank", connection.id, accepting("access-0")) == "access-0"
    async with ground.db.transaction() as tx:
        await ground.connections.retire(tx, connection.id)
    with pytest.raises(ConnectionGoneError):
        await ground.connections.call("bank", connection.id, accepting("access-0"))
    await ground.connections.retire_due()
    assert ground.bank.revoked == ["refresh-0"]
    async with ground.db.read() as tx:
        assert (await tx.execute(select(connections))).all() == []


async def test_a_bank_that_is_out_is_told_later(ground: Ground) -> None:
    connection = await ground.connect()
    async with ground.db.transaction() as tx:
        await ground.connections.retire(tx, connection.id)
    ground.bank.fault = BankUnavailableError()
    await ground.connections.retire_due()
    ground.bank.fault = None
    await ground.connections.retire_due()
    assert ground.bank.revoked == [], "it waits before it asks again"
    ground.clock.advance(timedelta(minutes=2))
    await ground.connections.retire_due()
    assert ground.bank.revoked == ["refresh-0"]


async def test_a_sealed_connection_does_not_open_in_another_row(ground: Ground) -> None:
    from easement.platform.crypto import SealBrokenError

    one, two = await ground.connect(), await ground.connect()
    async with ground.db.transaction() as tx:
        rows = (await tx.execute(select(connections))).all()
        sealed = next(row.sealed for row in rows if row.id == one.id)
        await tx.execute(
            connections.update().where(connections.c.id == two.id).values(sealed=sealed)
        )
    with pytest.raises(SealBrokenError):
        await ground.connections.open(two.id)


async def test_renewed_tokens_wait_for_a_database_that_is_out_for_a_moment(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = await ground.connect()
    finish_refresh = store.finish_refresh
    calls: list[str] = []

    async def out_twice(*arguments: Any) -> bool:
        calls.append("asked")
        if len(calls) < 3:
            raise UnavailableError("out")
        return await finish_refresh(*arguments)

    monkeypatch.setattr(store, "finish_refresh", out_twice)
    assert await ground.connections.call("bank", connection.id, accepting("access-1")) == "access-1"
    assert (await ground.connections.open(connection.id)).refresh_token == "refresh-1"


async def test_a_connection_retired_during_its_refresh_stays_retired(ground: Ground) -> None:
    connection = await ground.connect()

    async def end_it() -> None:
        async with ground.db.transaction() as tx:
            await tx.execute(connections.delete())

    ground.bank.during_refresh = end_it
    with pytest.raises(ConnectionGoneError):
        await ground.connections.call("bank", connection.id, accepting("access-1"))
