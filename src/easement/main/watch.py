"""What watches over the network: the audit log, and the count of who fails too often."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from easement.activity.audit import AuditLog
from easement.authserver.attempts import LIMITS, Attempts
from easement.keys.model import KeyRing
from easement.main.settings import Settings
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock, SystemClock
from easement.platform.db import Database
from easement.platform.jobs import Job
from easement.platform.throttle import Throttle
from easement.web.peers import Peers


@dataclass(frozen=True, slots=True)
class Watch:
    """What surfaces are handed, and the work beside requests."""

    audit: AuditLog
    attempts: Attempts
    jobs: list[Job]


@asynccontextmanager
async def open_watch(
    settings: Settings, db: Database, feed: ChangeFeed, keys: KeyRing, clock: Clock
) -> AsyncIterator[Watch]:
    """Begin to watch; at the end, write what is still to be written."""
    audit = AuditLog(db)
    throttle = Throttle(db, feed, SystemClock(), keys.hash, LIMITS)
    await throttle.follow()
    peers = Peers(are_hidden=settings.hides_peers)
    try:
        yield Watch(
            audit,
            Attempts(throttle, peers, audit, clock),
            [
                Job("write audit events", 1, audit.flush),
                Job("follow who has to wait", 1, throttle.follow),
                Job("forget old attempts", 60, throttle.forget_old),
                Job("forget old audit events", 3600, partial(audit.forget_old, clock)),
            ],
        )
    finally:
        await audit.flush()
