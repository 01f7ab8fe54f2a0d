"""The outbox: events written in the same transaction as the change they tell of.

A reader delivers them at least once, so each carries an id by which a receiver knows a repetition.
What is rolled back was never said, what is committed will be said even after a crash.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, Identity, Integer, String, Table, insert

from easement.platform.db import Transaction, UtcDateTime, metadata
from easement.platform.ids import new_id

outbox = Table(
    "outbox",
    metadata,
    Column(
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        Identity(),
        primary_key=True,
    ),
    Column("id", String(64), nullable=False, unique=True),
    Column("type", String(64), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("data", JSON, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to `subject` (the id of a grant, an app …).

    `data` holds ids, enumerations and counts, never a consumer's data.
    """

    type: str
    subject: str
    occurred_at: datetime
    data: Mapping[str, object] = field(default_factory=dict)
    id: str = field(default_factory=lambda: new_id("evt"))


async def publish(tx: Transaction, event: Event) -> None:
    """Write `event` so that it is delivered exactly when `tx` commits."""
    await tx.execute(
        insert(outbox).values(
            id=event.id,
            type=event.type,
            subject=event.subject,
            data=dict(event.data),
            occurred_at=event.occurred_at,
        )
    )
