"""What time does to grants: those past their end are ended, and a coming end is told before.

A grant past its end gives nothing, whether this has run or not; but its status, its tokens and the
bank's permission must not stay as they were for ever.
"""

from datetime import datetime

from easement.consent import events, store
from easement.consent.duration import NOTICE
from easement.consent.model import Grant, Initiator
from easement.consent.service import Consents
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction
from easement.platform.outbox import Event, publish

_BATCH = 100


class GrantExpiry:
    """Jobs over all grants. Each grant is claimed by itself, so every replica may run them."""

    def __init__(self, db: Database, clock: Clock, consents: Consents) -> None:
        self._db = db
        self._clock = clock
        self._consents = consents

    async def run(self) -> None:
        """Job: end what is past its end, then tell of what will be within thirty days."""
        now = self._clock.now()
        found = [""] * _BATCH
        while len(found) == _BATCH:
            async with self._db.read() as tx:
                found = await store.past_their_end(tx, now, _BATCH)
            for grant_id in found:
                async with self._db.transaction() as tx:
                    await self._consents.expire(tx, grant_id)
        found = [""] * _BATCH
        while len(found) == _BATCH:
            async with self._db.read() as tx:
                found = await store.ending_before(tx, now + NOTICE, now, _BATCH)
            for grant_id in found:
                async with self._db.transaction() as tx:
                    await self._remind(tx, grant_id, now)

    async def _remind(self, tx: Transaction, grant_id: str, now: datetime) -> None:
        if not await store.claim_reminder(tx, grant_id, now):
            return
        grant = await store.load_grant(tx, grant_id)
        # Who was asked for thirty days or less has just agreed to that: no news.
        if grant is None or grant.expires_at is None or not _is_news(grant, grant.expires_at):
            return
        fields = {
            "EVENT": "CONSENT_EXPIRING",
            "INITIATOR": Initiator.DATA_ACCESS_PLATFORM,
            "PROVIDER": grant.provider_id,
            "EXPIRATION_TIME": grant.expires_at.isoformat(timespec="seconds"),
        }
        await publish(
            tx,
            Event(
                events.CUSTOM,
                grant.id,
                now,
                {
                    "category": "CONSENT",
                    "initiator": Initiator.DATA_ACCESS_PLATFORM,
                    "app_id": grant.app_id,
                    "company_id": grant.company_id,
                    "customFields": [
                        {"name": name, "value": value} for name, value in fields.items()
                    ],
                },
            ),
        )


def _is_news(grant: Grant, expires_at: datetime) -> bool:
    return expires_at - grant.created_at > NOTICE
