"""Schema of authorization requests under way."""

from sqlalchemy import JSON, Column, String, Table, Text

from easement.platform.db import UtcDateTime, metadata

authorizations = Table(
    "authorizations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("app_id", String(128), nullable=False),
    Column("provider_id", String(64), nullable=False),
    Column("redirect_uri", String(2000), nullable=False),
    Column("scope", String(200), nullable=False),
    Column("state", Text, nullable=True),
    Column("nonce", Text, nullable=True),
    Column("code_challenge", String(64), nullable=True),
    Column("subject_hint", String(64), nullable=True),
    Column("pushed_hash", String(64), nullable=True),
    Column("browser_hash", String(64), nullable=False),
    Column("step", String(16), nullable=False, index=True),
    Column("connection_id", String(64), nullable=True),
    # Ids only, so that what is approved can be held against what was offered.
    Column("offered_account_ids", JSON, nullable=True),
    Column("auth_time", UtcDateTime, nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("step_at", UtcDateTime, nullable=False),
)
