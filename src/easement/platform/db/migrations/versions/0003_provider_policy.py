"""What a provider decides: entitlements, tokenized account numbers, maintenance windows."""

import sqlalchemy as sa
from alembic import op

from easement.platform.db.schema import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("providers", sa.Column("rules", sa.JSON(), nullable=True))
    op.add_column(
        "providers", sa.Column("tokenized_routing_number", sa.String(length=9), nullable=True)
    )
    op.create_table(
        "maintenance_windows",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["providers.id"],
            name=op.f("fk_maintenance_windows_provider_id_providers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_windows")),
    )
    op.create_index(
        op.f("ix_maintenance_windows_provider_id"),
        "maintenance_windows",
        ["provider_id"],
        unique=False,
    )
