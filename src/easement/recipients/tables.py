"""Schema of companies, apps and what belongs to an app."""

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table

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
    Column("profile", String(16), nullable=False, server_default="akoya"),
    Column("jwks", JSON(none_as_null=True), nullable=True),
    Column("id_token_alg", String(16), nullable=False, server_default="RS256"),
    Column("consent_duration_type", String(16), nullable=True),
    Column("consent_duration_days", Integer, nullable=True),
    Column("support_email", String(254), nullable=True),
)

app_secrets = Table(
    "app_secrets",
    metadata,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("secret_hash", String(64), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=True),
)

# Client assertions that were used, until they would have expired (RFC 7523 3, jti).
client_assertions = Table(
    "client_assertions",
    metadata,
    Column("app_id", String(128), primary_key=True),
    Column("jti_hash", String(64), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
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
