"""The audit log's keeper: writes what was decided without a transaction, reads, and forgets."""

from collections.abc import Sequence
from datetime import datetime

from easement.activity.batches import Batches
from easement.activity.service import KEEP
from easement.activity.store import delete_audit_events, load_audit_events
from easement.platform import audit
from easement.platform.audit import AuditEvent
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction


class AuditLog(Batches[AuditEvent]):
    """An `Audit` over the table that transactions write to as well."""

    def __init__(self, db: Database) -> None:
        super().__init__(db, "audit events", _insert)

    async def newest(
        self,
        limit: int,
        *,
        since: datetime | None = None,
        app_id: str | None = None,
        grant_id: str | None = None,
    ) -> list[AuditEvent]:
        """The newest events that fit, the oldest of them first."""
        async with self._db.read() as tx:
            return await load_audit_events(tx, limit, since=since, app_id=app_id, grant_id=grant_id)

    async def forget_old(self, clock: Clock) -> None:
        """Job: delete events that need not be kept any longer."""
        async with self._db.transaction() as tx:
            await delete_audit_events(tx, clock.now() - KEEP)


async def _insert(tx: Transaction, events: Sequence[AuditEvent]) -> None:
    await audit.record(tx, *events)
