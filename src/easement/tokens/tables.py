"""Schema of codes, families and tokens. Only keyed hashes of bearer secrets are stored."""

from sqlalchemy import Column, ForeignKey, String, Table, Text

from easement.platform.db import UtcDateTime, metadata

token_families = Table(
    "token_families",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("grant_id", String(64), nullable=False, index=True),
    Column("app_id", String(128), nullable=False),
    Column("scope", String(200), nullable=False),
    Column("auth_time", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # When the last of its tokens has expired; empty while it has a refresh token without an end.
    Column("lasts_until", UtcDateTime, nullable=True, index=True),
    Column("ended_at", UtcDateTime, nullable=True, index=True),
    Column("end_reason", String(32), nullable=True),
)

codes = Table(
    "codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("family_id", ForeignKey("token_families.id"), nullable=False, index=True),
    Column("app_id", String(128), nullable=False),
    Column("redirect_uri", String(2000), nullable=False),
    Column("nonce", Text, nullable=True),
    Column("code_challenge", String(64), nullable=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("claimed_at", UtcDateTime, nullable=True),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("family_id", ForeignKey("token_families.id"), nullable=False, index=True),
    Column("predecessor", String(64), nullable=True, index=True),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=True),
    Column("claimed_at", UtcDateTime, nullable=True),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("family_id", ForeignKey("token_families.id"), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
