"""All SQL of pushed requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from easement.authorizations.pushed.tables import pushed_requests
from easement.platform.db import Transaction


async def insert_request(
    tx: Transaction, request_hash: str, app_id: str, sealed: bytes, expires_at: datetime
) -> None:
    await tx.execute(
        insert(pushed_requests).values(
            hash=request_hash, app_id=app_id, sealed=sealed, expires_at=expires_at
        )
    )


async def load_request(tx: Transaction, request_hash: str) -> Row[Any] | None:
    return (
        await tx.execute(select(pushed_requests).where(pushed_requests.c.hash == request_hash))
    ).first()


async def claim_request(tx: Transaction, request_hash: str, now: datetime) -> bool:
    """True for exactly one of many callers."""
    claimed = await tx.execute(
        update(pushed_requests)
        .where(pushed_requests.c.hash == request_hash, pushed_requests.c.claimed_at.is_(None))
        .values(claimed_at=now)
    )
    return claimed.rowcount == 1


async def delete_older(tx: Transaction, before: datetime) -> None:
    await tx.execute(delete(pushed_requests).where(pushed_requests.c.expires_at < before))


async def delete_all(tx: Transaction) -> None:
    await tx.execute(delete(pushed_requests))
