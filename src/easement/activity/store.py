"""SQL of the call records."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, insert

from easement.activity.model import CallRecord
from easement.activity.tables import calls
from easement.platform.db import Transaction


async def insert_calls(tx: Transaction, records: Sequence[CallRecord]) -> None:
    """Write the records by one statement."""
    await tx.execute(insert(calls), [asdict(record) for record in records])


async def delete_calls(tx: Transaction, before: datetime) -> None:
    """Delete the records of calls made before a moment."""
    await tx.execute(delete(calls).where(calls.c.at < before))
