"""The audit log: who was let do what, or refused, and why. Rows are added and never changed.

A decision that is made in a transaction is written in it, like an event of the outbox: what is
rolled back was never decided. One without a transaction goes through an `Audit`, in batches.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, String, Table, insert

from easement.platform.db import Transaction, UtcDateTime, metadata
from easement.platform.interaction import current

_LONGEST_REASON = 200

audit_events = Table(
    "audit_events",
    metadata,
    Column(
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        Identity(),
        primary_key=True,
    ),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("interaction_id", String(64), nullable=True, index=True),
    Column("kind", String(40), nullable=False),
    Column("reason", String(_LONGEST_REASON), nullable=False),
    Column("app_id", String(128), nullable=True),
    Column("provider_id", String(64), nullable=True),
    Column("grant_id", String(64), nullable=True, index=True),
    Index(None, "app_id", "at"),
)


class AuditKind(StrEnum):
    """What was decided."""

    AUTHORIZATION_REFUSED = "authorization_refused"
    """Before the consumer was sent to the bank; the reason is the check that refused."""

    AUTHORIZATION_FAILED = "authorization_failed"
    """After that; the reason is what the app was told."""

    CONSENT_GRANTED = "consent_granted"
    CONSENT_CANCELLED = "consent_cancelled"
    CONSENT_CHANGED = "consent_changed"
    CONSENT_REVOKED = "consent_revoked"
    CONSENT_EXPIRED = "consent_expired"
    CLIENT_REFUSED = "client_refused"
    """Somebody did not prove to be the app, or the service client, that they said they were."""

    THROTTLED = "throttled"
    CODE_REFUSED = "code_refused"
    REFRESH_TOKEN_REFUSED = "refresh_token_refused"  # noqa: S105
    SERVICE_TOKEN_ISSUED = "service_token_issued"  # noqa: S105
    SERVICE_TOKEN_REFUSED = "service_token_refused"  # noqa: S105
    KEYS_CHANGED = "keys_changed"
    POLICY_CHANGED = "policy_changed"
    SANDBOX_RESET = "sandbox_reset"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One decision. `reason` is of this program's own words, never of a stranger's, and nothing in
    it is a consumer's; `app_id` is a client that is known here."""

    kind: AuditKind
    reason: str
    at: datetime
    app_id: str | None = None
    provider_id: str | None = None
    grant_id: str | None = None
    interaction_id: str | None = field(default_factory=current.get)


class Audit(Protocol):
    """Takes decisions that were made outside a transaction."""

    def record(self, event: AuditEvent) -> None:
        """Keep it to be written soon; never blocks, never raises."""
        ...


async def record(tx: Transaction, *events: AuditEvent) -> None:
    """Write events that become true when `tx` commits."""
    await tx.execute(insert(audit_events), [values(event) for event in events])


def values(event: AuditEvent) -> dict[str, object]:
    """The event as a row."""
    return {
        "at": event.at,
        "interaction_id": event.interaction_id,
        "kind": event.kind.value,
        "reason": event.reason[:_LONGEST_REASON],
        "app_id": event.app_id,
        "provider_id": event.provider_id,
        "grant_id": event.grant_id,
    }
