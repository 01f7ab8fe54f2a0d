"""Schema of consumer sessions. Only a keyed hash of the cookie is stored."""

from sqlalchemy import Column, String, Table

from easement.platform.db import UtcDateTime, metadata

consumer_sessions = Table(
    "consumer_sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("app_id", String(128), primary_key=True),
    Column("provider_id", String(64), primary_key=True),
    Column("grant_id", String(64), nullable=False),
    Column("scope", String(200), nullable=False),
    Column("auth_time", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
