"""SQL of the call records."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

from sqlalchemy import delete, insert

from easement.activity.model import CallRecord
from easement.activity.tables import calls
from easement.platform.db import Transaction

_INSERT = insert(calls)
_NAMES = tuple(field.name for field in fields(CallRecord))
# `dataclasses.asdict` copies deeply, at thirty times the cost.
_values = attrgetter(*_NAMES)


async def insert_calls(tx: Transaction, records: Sequence[CallRecord]) -> None:
    """Write the records by one statement."""
    await tx.execute(_INSERT, [dict(zip(_NAMES, _values(each), strict=True)) for each in records])


async def delete_calls(tx: Transaction, before: datetime) -> None:
    """Delete the records of calls made before a moment."""
    await tx.execute(delete(calls).where(calls.c.at < before))
