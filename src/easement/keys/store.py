"""All SQL of keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from easement.keys.tables import keys
from easement.platform.db import Transaction


async def load_keys(tx: Transaction) -> Sequence[Row[Any]]:
    """All keys, oldest first."""
    return (await tx.execute(select(keys).order_by(keys.c.created_at, keys.c.id))).all()


async def insert_keys(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    await tx.execute(insert(keys), rows)


async def set_use(
    tx: Transaction, kid: str, *, used_from: datetime, used_until: datetime | None
) -> None:
    await tx.execute(
        update(keys).where(keys.c.id == kid).values(used_from=used_from, used_until=used_until)
    )


async def set_longest_token(tx: Transaction, seconds: int) -> None:
    """For every signing key: whichever signs next may sign such a token."""
    await tx.execute(
        update(keys).where(keys.c.purpose == "signing").values(longest_token_s=seconds)
    )


async def set_sealed(tx: Transaction, key_id: str, sealed: bytes) -> None:
    await tx.execute(update(keys).where(keys.c.id == key_id).values(sealed=sealed))


async def delete_key(tx: Transaction, key_id: str) -> None:
    await tx.execute(delete(keys).where(keys.c.id == key_id))


async def delete_wrapped_master(tx: Transaction) -> None:
    await tx.execute(delete(keys).where(keys.c.purpose == "master"))
