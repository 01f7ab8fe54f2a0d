"""Schema of the sealed keys."""

from sqlalchemy import JSON, Column, LargeBinary, String, Table

from easement.platform.db import UtcDateTime, metadata

keys = Table(
    "keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False, index=True),
    Column("algorithm", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("public_jwk", JSON, nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
)
