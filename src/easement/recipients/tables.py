"""Schema of companies, apps and what belongs to an app."""

from sqlalchemy import JSON, Column, ForeignKey, String, Table

from easement.platform.db import UtcDateTime, metadata

companies = Table(
    "companies",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

apps = Table(
    "apps",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("company_id", ForeignKey("companies.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("logo_url", String(2000), nullable=True),
    Column("products", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

app_secrets = Table(
    "app_secrets",
    metadata,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("secret_hash", String(64), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
)

redirect_uris = Table(
    "redirect_uris",
    metadata,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("uri", String(2000), primary_key=True),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("provider_id", ForeignKey("providers.id"), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
