"""Schema of the directory and of consumers' connections."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from easement.platform.db import UtcDateTime, metadata

providers = Table(
    "providers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("display_name", String(200), nullable=False),
    Column("logo_url", String(2000), nullable=True),
    Column("protocol", String(32), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("sealed_client_secret", LargeBinary, nullable=False),
    Column("id_token_lifetime_s", Integer, nullable=False),
    Column("consent_duration_s", Integer, nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
)

connections = Table(
    "connections",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("provider_id", ForeignKey("providers.id"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # A lease on the right to refresh or retire: one replica at a time, without a held lock.
    Column("lease_holder", String(64), nullable=True),
    Column("lease_until", UtcDateTime, nullable=True),
    # Set when the grant has ended: from then on the bank is to be told, at this time or later.
    Column("retire_at", UtcDateTime, nullable=True),
    Column("retire_attempts", Integer, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_connections_retire_at", "retire_at"),
)
