"""What the authorization server keeps beyond codes and tokens."""

import sqlalchemy as sa
from alembic import op

from easement.platform.db.schema import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _clients()
    _keys()
    _authorize()
    _provider_leg()
    _tokens()
    _audit()


def _keys() -> None:
    """When a key is in use, and how long tokens under it may live."""
    op.add_column("keys", sa.Column("used_from", UtcDateTime(), nullable=True))
    op.add_column("keys", sa.Column("used_until", UtcDateTime(), nullable=True))
    op.add_column("keys", sa.Column("longest_token_s", sa.Integer(), nullable=True))


def _authorize() -> None:
    """Requests pushed ahead, consumer sessions, and whom a request asks for."""
    op.add_column("authorizations", sa.Column("subject_hint", sa.String(length=64), nullable=True))
    op.add_column("authorizations", sa.Column("pushed_hash", sa.String(length=64), nullable=True))
    op.create_table(
        "pushed_requests",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("app_id", sa.String(length=128), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_pushed_requests")),
    )
    op.create_index(
        op.f("ix_pushed_requests_expires_at"), "pushed_requests", ["expires_at"], unique=False
    )
    op.create_table(
        "consumer_sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("app_id", sa.String(length=128), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("grant_id", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("auth_time", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "app_id", "provider_id", name=op.f("pk_consumer_sessions")),
    )
    op.create_index(
        op.f("ix_consumer_sessions_expires_at"), "consumer_sessions", ["expires_at"], unique=False
    )


def _clients() -> None:
    """How an app speaks and proves itself, and the credentials for service APIs."""
    for column in (
        sa.Column("profile", sa.String(length=16), nullable=False, server_default="akoya"),
        sa.Column("jwks", sa.JSON(), nullable=True),
        sa.Column("id_token_alg", sa.String(length=16), nullable=False, server_default="RS256"),
        sa.Column("consent_duration_type", sa.String(length=16), nullable=True),
        sa.Column("consent_duration_days", sa.Integer(), nullable=True),
        sa.Column("support_email", sa.String(length=254), nullable=True),
    ):
        op.add_column("apps", column)
    op.add_column("app_secrets", sa.Column("expires_at", UtcDateTime(), nullable=True))
    op.create_table(
        "client_assertions",
        sa.Column("app_id", sa.String(length=128), nullable=False),
        sa.Column("jti_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("app_id", "jti_hash", name=op.f("pk_client_assertions")),
    )
    op.create_index(
        op.f("ix_client_assertions_expires_at"), "client_assertions", ["expires_at"], unique=False
    )
    op.create_table(
        "service_credentials",
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_service_credentials")),
    )
    op.create_index(
        op.f("ix_service_credentials_organisation_id"),
        "service_credentials",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "service_secrets",
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["service_credentials.client_id"],
            name=op.f("fk_service_secrets_client_id_service_credentials"),
        ),
        sa.PrimaryKeyConstraint("client_id", "secret_hash", name=op.f("pk_service_secrets")),
    )
    op.create_table(
        "service_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["service_credentials.client_id"],
            name=op.f("fk_service_tokens_client_id_service_credentials"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_service_tokens")),
    )
    for column_name in ("client_id", "expires_at"):
        op.create_index(
            op.f(f"ix_service_tokens_{column_name}"), "service_tokens", [column_name], unique=False
        )


def _provider_leg() -> None:
    """How long a bank's permission lasts, keys for its token endpoint, unfinished refreshes."""
    for column in (
        sa.Column("sealed_client_keys", sa.LargeBinary(), nullable=True),
        sa.Column("refresh_token_policy", sa.String(length=16), nullable=True),
        sa.Column("refresh_token_lifetime_s", sa.Integer(), nullable=True),
    ):
        op.add_column("providers", column)
    op.add_column("connections", sa.Column("refresh_started_at", UtcDateTime(), nullable=True))
    op.add_column("connections", sa.Column("ends_at", UtcDateTime(), nullable=True))
    op.add_column("grants", sa.Column("granted_until", UtcDateTime(), nullable=True))
    op.add_column("grants", sa.Column("end_reason", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_grants_connection_id"), "grants", ["connection_id"], unique=False)
    op.execute("UPDATE grants SET granted_until = expires_at")


def _tokens() -> None:
    """Ends of refresh tokens, families and grants, and how to find what is past them."""
    op.add_column("refresh_tokens", sa.Column("expires_at", UtcDateTime(), nullable=True))
    op.add_column("token_families", sa.Column("lasts_until", UtcDateTime(), nullable=True))
    for table, column in (
        ("refresh_tokens", "created_at"),
        ("token_families", "lasts_until"),
        ("token_families", "ended_at"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    op.add_column("providers", sa.Column("one_time_consent", sa.Boolean(), nullable=True))
    op.add_column(
        "grants",
        sa.Column(
            "duration_type", sa.String(length=16), nullable=False, server_default="PERSISTENT"
        ),
    )
    op.add_column("grants", sa.Column("reminded_at", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_grants_active_expires_at",
        "grants",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("status = 'ACTIVE'"),
        postgresql_where=sa.text("status = 'ACTIVE'"),
    )
    op.execute("UPDATE grants SET duration_type = 'TIME_BOUND' WHERE granted_until IS NOT NULL")


def _audit() -> None:
    """What was decided and why, and how often somebody tried."""
    op.create_table(
        "audit_events",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("interaction_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("app_id", sa.String(length=128), nullable=True),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("grant_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_events")),
    )
    for columns in (["at"], ["interaction_id"], ["grant_id"], ["app_id", "at"]):
        name = op.f(f"ix_audit_events_{'_'.join(columns)}")
        op.create_index(name, "audit_events", columns, unique=False)
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("limit_name", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "ends_at", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_ends_at"), "attempts", ["ends_at"], unique=False)
