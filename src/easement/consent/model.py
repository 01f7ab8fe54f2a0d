"""A consent grant and its states (FDX ConsentGrant)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from easement.fdx.consent_duration import DurationType
from easement.oauth.scope import OFFLINE_ACCESS, granted_scope, parse_scope
from easement.products.model import Product


class GrantStatus(StrEnum):
    """FDX ConsentGrantStatus."""

    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class Initiator(StrEnum):
    """Who ended or changed a grant (FDX PartyType)."""

    DATA_ACCESS_PLATFORM = "DATA_ACCESS_PLATFORM"
    DATA_PROVIDER = "DATA_PROVIDER"
    DATA_RECIPIENT = "DATA_RECIPIENT"
    INDIVIDUAL = "INDIVIDUAL"


@dataclass(frozen=True, slots=True)
class Grant:
    """A consumer's permission. `subject` is the app's pairwise ``sub`` of the login."""

    id: str
    app_id: str
    company_id: str
    provider_id: str
    connection_id: str
    subject: str
    login_hash: str
    account_ids: frozenset[str]
    products: frozenset[Product]
    status: GrantStatus
    created_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    ended_by: Initiator | None
    duration_type: DurationType = DurationType.PERSISTENT

    def is_active(self, now: datetime) -> bool:
        """Whether data may flow at the moment `now`."""
        return self.status is GrantStatus.ACTIVE and (
            self.expires_at is None or now < self.expires_at
        )

    def scope_of(self, requested: str) -> str:
        """What it gives of a scope: where it is for one time, no refresh token."""
        if self.duration_type is not DurationType.ONE_TIME:
            return requested
        return granted_scope(parse_scope(requested) - {OFFLINE_ACCESS})
