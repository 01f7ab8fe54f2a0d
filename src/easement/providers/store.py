"""All SQL of providers."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, or_, select, update

from easement.platform.db import Transaction
from easement.providers.model import SealedConnection
from easement.providers.tables import connections, providers

# Built once: building it costs more than running it on SQLite.
_LOAD_CONNECTION = select(connections).where(connections.c.id == bindparam("wanted"))


async def load_provider(tx: Transaction, provider_id: str) -> Row[Any] | None:
    return (await tx.execute(select(providers).where(providers.c.id == provider_id))).first()


async def count_providers(tx: Transaction) -> int:
    return len((await tx.execute(select(providers.c.id))).all())


async def save_provider(tx: Transaction, values: dict[str, Any], now: datetime) -> None:
    """Make the provider, or bring it to `values`."""
    changed = await tx.execute(
        update(providers).where(providers.c.id == values["id"]).values(**values)
    )
    if changed.rowcount == 0:
        await tx.execute(insert(providers).values(**values, created_at=now))


async def insert_connection(
    tx: Transaction, connection_id: str, provider_id: str, sealed: bytes, now: datetime
) -> None:
    await tx.execute(
        insert(connections).values(
            id=connection_id,
            provider_id=provider_id,
            sealed=sealed,
            retire_attempts=0,
            created_at=now,
        )
    )


async def load_connection(tx: Transaction, connection_id: str) -> SealedConnection | None:
    row = (await tx.execute(_LOAD_CONNECTION, {"wanted": connection_id})).first()
    if row is None:
        return None
    return SealedConnection(row.id, row.provider_id, row.sealed, row.retire_at, row.retire_attempts)


async def claim_lease(
    tx: Transaction, connection_id: str, holder: str, now: datetime, lasts: timedelta
) -> bool:
    """Take the lease unless somebody holds it; True for exactly one of many callers."""
    claimed = await tx.execute(
        update(connections)
        .where(
            connections.c.id == connection_id,
            or_(connections.c.lease_until.is_(None), connections.c.lease_until < now),
        )
        .values(lease_holder=holder, lease_until=now + lasts)
    )
    return claimed.rowcount == 1


async def release_lease(tx: Transaction, connection_id: str, holder: str) -> None:
    """Give the lease back, if it is still held."""
    await tx.execute(
        update(connections)
        .where(connections.c.id == connection_id, connections.c.lease_holder == holder)
        .values(lease_holder=None, lease_until=None)
    )


async def replace_seal(tx: Transaction, connection_id: str, old: bytes, new: bytes) -> bool:
    """Store new tokens in place of the `old` ones; False if those were replaced meanwhile."""
    replaced = await tx.execute(
        update(connections)
        .where(connections.c.id == connection_id, connections.c.sealed == old)
        .values(sealed=new)
    )
    return replaced.rowcount == 1


async def retire(tx: Transaction, connection_id: str, now: datetime) -> None:
    await tx.execute(
        update(connections)
        .where(connections.c.id == connection_id, connections.c.retire_at.is_(None))
        .values(retire_at=now)
    )


async def due_for_retirement(tx: Transaction, now: datetime, limit: int) -> list[str]:
    rows = await tx.execute(
        select(connections.c.id)
        .where(connections.c.retire_at <= now)
        .order_by(connections.c.retire_at)
        .limit(limit)
    )
    return list(rows.scalars())


async def postpone_retirement(tx: Transaction, connection_id: str, until: datetime) -> None:
    await tx.execute(
        update(connections)
        .where(connections.c.id == connection_id)
        .values(retire_at=until, retire_attempts=connections.c.retire_attempts + 1)
    )


async def delete_connection(tx: Transaction, connection_id: str) -> None:
    await tx.execute(delete(connections).where(connections.c.id == connection_id))
