"""Schema of the directory and of consumers' connections."""

from sqlalchemy import (
    JSON,
    Boolean,
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
    # Private keys of the network as the bank's client (private_key_jwt), the one that signs first.
    Column("sealed_client_keys", LargeBinary, nullable=True),
    Column("id_token_lifetime_s", Integer, nullable=False),
    Column("consent_duration_s", Integer, nullable=True),
    # Null stands for false.
    Column("one_time_consent", Boolean, nullable=True),
    # Null stands for perpetual.
    Column("refresh_token_policy", String(16), nullable=True),
    Column("refresh_token_lifetime_s", Integer, nullable=True),
    Column("rules", JSON, nullable=True),
    Column("tokenized_routing_number", String(9), nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
)

maintenance_windows = Table(
    "maintenance_windows",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("provider_id", ForeignKey("providers.id"), nullable=False, index=True),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("title", String(200), nullable=False),
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
    # Set before the bank is asked for new tokens, and empty again once its answer is known: what
    # is found here under a new lease is a refresh whose answer was lost.
    Column("refresh_started_at", UtcDateTime, nullable=True),
    # When the bank's permission ends by itself; empty where it does not, or is not known to.
    Column("ends_at", UtcDateTime, nullable=True),
    # Set when the grant has ended: from then on the bank is to be told, at this time or later.
    Column("retire_at", UtcDateTime, nullable=True),
    Column("retire_attempts", Integer, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_connections_retire_at", "retire_at"),
)
