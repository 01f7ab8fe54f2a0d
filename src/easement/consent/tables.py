"""Schema of the consent grants: ids and states, no consumer data."""

from sqlalchemy import JSON, Column, ForeignKey, String, Table

from easement.platform.db import UtcDateTime, metadata

grants = Table(
    "grants",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False, index=True),
    Column("company_id", ForeignKey("companies.id"), nullable=False, index=True),
    Column("provider_id", ForeignKey("providers.id"), nullable=False),
    # No foreign key: the connection is deleted once the bank was told, the grant stays.
    Column("connection_id", String(64), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("login_hash", String(64), nullable=False, index=True),
    Column("account_ids", JSON, nullable=False),
    Column("products", JSON, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=True),
    Column("ended_at", UtcDateTime, nullable=True),
    Column("ended_by", String(32), nullable=True),
)
