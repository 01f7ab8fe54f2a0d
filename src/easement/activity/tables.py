"""Schema of the call records."""

from sqlalchemy import BigInteger, Column, Float, Identity, Index, Integer, String, Table

from easement.platform.db import UtcDateTime, metadata

calls = Table(
    "calls",
    metadata,
    Column(
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        Identity(),
        primary_key=True,
    ),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("interaction_id", String(64), nullable=False, index=True),
    Column("app_id", String(64), nullable=True),
    Column("grant_id", String(64), nullable=True, index=True),
    Column("provider_id", String(64), nullable=True),
    Column("product", String(16), nullable=False),
    Column("version", String(8), nullable=False),
    Column("status", Integer, nullable=False),
    Column("code", Integer, nullable=True),
    Column("bank_ms", Float, nullable=False),
    Column("total_ms", Float, nullable=False),
    Column("interaction_type", String(8), nullable=True),
    Column("intent_type", String(16), nullable=True),
    Column("last_access", UtcDateTime, nullable=True),
    Index(None, "app_id", "at"),
)
