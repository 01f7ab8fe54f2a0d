"""All SQL of keys."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from easement.keys.tables import keys
from easement.platform.db import Transaction


async def load_keys(tx: Transaction) -> Sequence[Row[Any]]:
    """All keys, oldest first."""
    return (await tx.execute(select(keys).order_by(keys.c.created_at))).all()


async def insert_keys(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    await tx.execute(insert(keys), rows)
