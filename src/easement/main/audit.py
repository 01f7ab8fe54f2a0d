"""The audit log for a command: on the database that `serve` uses, also while it runs."""

from datetime import datetime

from easement.activity.audit import AuditLog
from easement.main.providers import require_network
from easement.main.settings import Settings
from easement.platform.audit import AuditEvent
from easement.platform.db import open_database


async def newest_events(
    settings: Settings,
    limit: int,
    *,
    since: datetime | None,
    app_id: str | None,
    grant_id: str | None,
) -> list[AuditEvent]:
    """The newest events that fit, the oldest of them first.

    Raises:
        NoNetworkError: there is no database yet.
        UnavailableError: the database cannot be used.
    """
    require_network(settings)
    db = await open_database(settings.database_url)
    try:
        log = AuditLog(db)
        return await log.newest(limit, since=since, app_id=app_id, grant_id=grant_id)
    finally:
        await db.close()
