"""All SQL of providers."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, or_, select, update

from easement.platform.db import Transaction
from easement.providers.model import MaintenanceWindow, RefreshTokenPolicy, SealedConnection
from easement.providers.tables import connections, maintenance_windows, providers

_LATE_ANSWER = timedelta(minutes=10)

# Built once: building it costs more than running it on SQLite.
_LOAD_CONNECTION = select(connections).where(connections.c.id == bindparam("wanted"))


async def load_provider(tx: Transaction, provider_id: str) -> Row[Any] | None:
    return (await tx.execute(select(providers).where(providers.c.id == provider_id))).first()


async def provider_ids(tx: Transaction) -> list[str]:
    return list((await tx.execute(select(providers.c.id).order_by(providers.c.id))).scalars())


async def save_policy(tx: Transaction, provider_id: str, values: dict[str, Any]) -> bool:
    """False if there is no such provider."""
    changed = await tx.execute(
        update(providers).where(providers.c.id == provider_id).values(**values)
    )
    return changed.rowcount == 1


async def load_windows(tx: Transaction, provider_id: str) -> tuple[MaintenanceWindow, ...]:
    """In the order in which they start."""
    rows = await tx.execute(
        select(maintenance_windows)
        .where(maintenance_windows.c.provider_id == provider_id)
        .order_by(maintenance_windows.c.starts_at, maintenance_windows.c.id)
    )
    return tuple(MaintenanceWindow(row.id, row.starts_at, row.ends_at, row.title) for row in rows)


async def insert_window(
    tx: Transaction, provider_id: str, window: MaintenanceWindow, now: datetime
) -> None:
    await tx.execute(
        insert(maintenance_windows).values(
            id=window.id,
            provider_id=provider_id,
            starts_at=window.starts_at,
            ends_at=window.ends_at,
            title=window.title,
            created_at=now,
        )
    )


async def delete_window(tx: Transaction, provider_id: str, window_id: str) -> bool:
    """False if the provider has no such window."""
    deleted = await tx.execute(
        delete(maintenance_windows).where(
            maintenance_windows.c.provider_id == provider_id,
            maintenance_windows.c.id == window_id,
        )
    )
    return deleted.rowcount == 1


async def count_providers(tx: Transaction) -> int:
    return len((await tx.execute(select(providers.c.id))).all())


async def save_provider(tx: Transaction, values: dict[str, Any], now: datetime) -> None:
    """Make the provider, or bring it to `values`."""
    changed = await tx.execute(
        update(providers).where(providers.c.id == values["id"]).values(**values)
    )
    if changed.rowcount == 0:
        await tx.execute(insert(providers).values(**values, created_at=now))


async def refresh_token_policy(
    tx: Transaction, provider_id: str
) -> tuple[RefreshTokenPolicy, timedelta | None]:
    """The provider's policy and the lifetime that goes with it, as they stand in `tx`."""
    columns = (providers.c.refresh_token_policy, providers.c.refresh_token_lifetime_s)
    row = (await tx.execute(select(*columns).where(providers.c.id == provider_id))).first()
    if row is None or row.refresh_token_policy is None or row.refresh_token_lifetime_s is None:
        return RefreshTokenPolicy.PERPETUAL, None
    lifetime = timedelta(seconds=row.refresh_token_lifetime_s)
    return RefreshTokenPolicy(row.refresh_token_policy), lifetime


async def insert_connection(
    tx: Transaction,
    connection_id: str,
    provider_id: str,
    *,
    sealed: bytes,
    ends_at: datetime | None,
    now: datetime,
) -> None:
    await tx.execute(
        insert(connections).values(
            id=connection_id,
            provider_id=provider_id,
            sealed=sealed,
            ends_at=ends_at,
            retire_attempts=0,
            created_at=now,
        )
    )


async def load_connection(tx: Transaction, connection_id: str) -> SealedConnection | None:
    row = (await tx.execute(_LOAD_CONNECTION, {"wanted": connection_id})).first()
    return None if row is None else _sealed(row)


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


async def start_refresh(tx: Transaction, connection_id: str, now: datetime) -> None:
    """Note that the bank is about to be asked."""
    await tx.execute(
        update(connections).where(connections.c.id == connection_id).values(refresh_started_at=now)
    )


async def call_off_refresh(tx: Transaction, connection_id: str, sealed: bytes) -> None:
    """Note that the bank was asked and has changed nothing: `sealed` still counts."""
    await tx.execute(
        update(connections)
        .where(connections.c.id == connection_id, connections.c.sealed == sealed)
        .values(refresh_started_at=None)
    )


async def finish_refresh(
    tx: Transaction, connection_id: str, old: bytes, new: bytes, ends_at: datetime | None
) -> bool:
    """Store new tokens in place of the `old` ones; False if those were replaced meanwhile."""
    replaced = await tx.execute(
        update(connections)
        .where(connections.c.id == connection_id, connections.c.sealed == old)
        .values(sealed=new, ends_at=ends_at, refresh_started_at=None)
    )
    return replaced.rowcount == 1


async def connections_after(tx: Transaction, after: str, limit: int) -> list[SealedConnection]:
    """By id, those behind `after`."""
    rows = await tx.execute(
        select(connections).where(connections.c.id > after).order_by(connections.c.id).limit(limit)
    )
    return [_sealed(row) for row in rows]


async def replace_idle_seal(
    tx: Transaction, connection_id: str, old: bytes, new: bytes, now: datetime
) -> bool:
    """Put `new` in place of `old`, unless a refresh is under way that has read `old`: its answer
    may come some time after its lease has run out."""
    replaced = await tx.execute(
        update(connections)
        .where(
            connections.c.id == connection_id,
            connections.c.sealed == old,
            or_(
                connections.c.lease_until.is_(None),
                connections.c.lease_until < now - _LATE_ANSWER,
            ),
        )
        .values(sealed=new)
    )
    return replaced.rowcount == 1


async def sealed_client_secrets(tx: Transaction) -> list[tuple[str, bytes]]:
    """Of all providers, by id."""
    rows = await tx.execute(
        select(providers.c.id, providers.c.sealed_client_secret).order_by(providers.c.id)
    )
    return [(row.id, row.sealed_client_secret) for row in rows]


async def replace_client_secret(tx: Transaction, provider_id: str, old: bytes, new: bytes) -> bool:
    """False if it was replaced meanwhile."""
    replaced = await tx.execute(
        update(providers)
        .where(providers.c.id == provider_id, providers.c.sealed_client_secret == old)
        .values(sealed_client_secret=new)
    )
    return replaced.rowcount == 1


async def sealed_client_keys(tx: Transaction) -> list[tuple[str, bytes]]:
    """Of all providers that have some, by id."""
    rows = await tx.execute(
        select(providers.c.id, providers.c.sealed_client_keys)
        .where(providers.c.sealed_client_keys.is_not(None))
        .order_by(providers.c.id)
    )
    return [(row.id, row.sealed_client_keys) for row in rows]


async def replace_client_keys(tx: Transaction, provider_id: str, old: bytes, new: bytes) -> bool:
    """False if they were replaced meanwhile."""
    replaced = await tx.execute(
        update(providers)
        .where(providers.c.id == provider_id, providers.c.sealed_client_keys == old)
        .values(sealed_client_keys=new)
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


async def delete_connections(tx: Transaction) -> None:
    await tx.execute(delete(connections))


def _sealed(row: Row[Any]) -> SealedConnection:
    return SealedConnection(
        *(row.id, row.provider_id, row.sealed, row.retire_at, row.retire_attempts),
        *(row.refresh_started_at, row.ends_at),
    )
