"""Schema of pushed requests."""

from sqlalchemy import Column, LargeBinary, String, Table

from easement.platform.db import UtcDateTime, metadata

pushed_requests = Table(
    "pushed_requests",
    metadata,
    # Of the request URI: who reads the database must not be able to start an app's request.
    Column("hash", String(64), primary_key=True),
    Column("app_id", String(128), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("claimed_at", UtcDateTime, nullable=True),
)
