"""Schema of the consent grants: ids and states, no consumer data."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, text

from easement.platform.db import UtcDateTime, metadata

_ACTIVE = text("status = 'ACTIVE'")

grants = Table(
    "grants",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False, index=True),
    Column("company_id", ForeignKey("companies.id"), nullable=False, index=True),
    Column("provider_id", ForeignKey("providers.id"), nullable=False),
    # No foreign key: the connection is deleted once the bank was told, the grant stays.
    Column("connection_id", String(64), nullable=False, index=True),
    Column("subject", String(64), nullable=False, index=True),
    Column("login_hash", String(64), nullable=False, index=True),
    Column("account_ids", JSON, nullable=False),
    Column("products", JSON, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("duration_type", String(16), nullable=False),
    # The earlier one of what was consented to and what the bank's permission lasts.
    Column("expires_at", UtcDateTime, nullable=True),
    # What was consented to.
    Column("granted_until", UtcDateTime, nullable=True),
    # When its coming end was told, or found to be not worth telling.
    Column("reminded_at", UtcDateTime, nullable=True),
    Column("ended_at", UtcDateTime, nullable=True),
    Column("ended_by", String(32), nullable=True),
    # Why, where more is known than by whom.
    Column("end_reason", String(32), nullable=True),
    Index(
        "ix_grants_active_expires_at",
        "expires_at",
        sqlite_where=_ACTIVE,
        postgresql_where=_ACTIVE,
    ),
)
