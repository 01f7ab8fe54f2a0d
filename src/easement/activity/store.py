"""SQL of the call records and of reading the audit log."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, delete, insert, select

from easement.activity.model import CallRecord
from easement.activity.tables import calls
from easement.platform.audit import AuditEvent, AuditKind, audit_events
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


async def delete_all(tx: Transaction) -> None:
    await tx.execute(delete(calls))


async def load_audit_events(
    tx: Transaction,
    limit: int,
    *,
    since: datetime | None,
    app_id: str | None,
    grant_id: str | None,
) -> list[AuditEvent]:
    """The newest events that fit, the oldest of them first."""
    events = audit_events.c
    query = select(audit_events).order_by(events.at.desc(), events.position.desc()).limit(limit)
    if since is not None:
        query = query.where(events.at >= since)
    if app_id is not None:
        query = query.where(events.app_id == app_id)
    if grant_id is not None:
        query = query.where(events.grant_id == grant_id)
    return [_audit_event(row) for row in reversed((await tx.execute(query)).all())]


async def delete_audit_events(tx: Transaction, before: datetime) -> None:
    """Delete what was decided before a moment."""
    await tx.execute(delete(audit_events).where(audit_events.c.at < before))


def _audit_event(row: Row[Any]) -> AuditEvent:
    return AuditEvent(
        kind=AuditKind(row.kind),
        reason=row.reason,
        at=row.at,
        app_id=row.app_id,
        provider_id=row.provider_id,
        grant_id=row.grant_id,
        interaction_id=row.interaction_id,
    )
