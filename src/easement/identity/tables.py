"""Schema of service credentials and service tokens."""

from sqlalchemy import Column, ForeignKey, String, Table

from easement.platform.db import UtcDateTime, metadata

service_credentials = Table(
    "service_credentials",
    metadata,
    Column("client_id", String(128), primary_key=True),
    Column("kind", String(16), nullable=False),
    # A company or a provider, by kind.
    Column("organisation_id", String(64), nullable=False, index=True),
    Column("scope", String(500), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

service_secrets = Table(
    "service_secrets",
    metadata,
    Column("client_id", ForeignKey("service_credentials.client_id"), primary_key=True),
    Column("secret_hash", String(64), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=True),
)

service_tokens = Table(
    "service_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("client_id", ForeignKey("service_credentials.client_id"), nullable=False, index=True),
    Column("scope", String(500), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
