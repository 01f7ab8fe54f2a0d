"""Schema of the sealed keys."""

from sqlalchemy import JSON, Column, Integer, LargeBinary, String, Table

from easement.platform.db import UtcDateTime, metadata

keys = Table(
    "keys",
    metadata,
    Column("id", String(64), primary_key=True),
    # signing, data, pepper, subject; or master: the master key as an outside service wrapped it.
    Column("purpose", String(16), nullable=False, index=True),
    Column("algorithm", String(16), nullable=False),
    # Empty once the private part of a signing key is destroyed.
    Column("sealed", LargeBinary, nullable=False),
    Column("public_jwk", JSON, nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    # Null stands for the moment of its making.
    Column("used_from", UtcDateTime, nullable=True),
    Column("used_until", UtcDateTime, nullable=True),
    # Null stands for a day.
    Column("longest_token_s", Integer, nullable=True),
)
