"""`easement audit`: what was decided, and why."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from easement.cli.administer import told
from easement.cli.maintenance import Moment
from easement.main.settings import DEFAULT_DATA_DIR, Settings

if TYPE_CHECKING:
    from easement.platform.audit import AuditEvent


@click.group()
@click.option("--data-dir", envvar="EASEMENT_DATA_DIR", type=click.Path(path_type=Path),
              default=DEFAULT_DATA_DIR, show_default=True,
              help="The network's data directory.")  # fmt: skip
@click.option("--database-url", envvar="EASEMENT_DATABASE_URL",
              help="postgresql://… instead of SQLite in the data directory.")  # fmt: skip
@click.pass_context
def audit(context: click.Context, data_dir: Path, database_url: str | None) -> None:
    """Read the log of what the network allowed and refused.

    Works on the network's database, also while it runs; a decision shows within a second.
    """
    context.obj = Settings(data_dir=data_dir.absolute(), database=database_url or None)


@audit.command("list")
@click.option("--since", type=Moment(), help="Only from this time on.")
@click.option("--app", "app_id", help="Only of this client_id.")
@click.option("--grant", "grant_id", help="Only about this grant.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True,
              help="At most so many, the newest.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_(
    settings: Settings,
    *,
    since: datetime | None,
    app_id: str | None,
    grant_id: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List decisions, the oldest first."""
    from easement.main.audit import newest_events

    events = told(
        settings,
        lambda: newest_events(settings, limit, since=since, app_id=app_id, grant_id=grant_id),
    )
    for event in events:
        said = _said(event)
        line = json.dumps(said) if as_json else "  ".join(value or "-" for value in said.values())
        click.echo(line)


def _said(event: "AuditEvent") -> Mapping[str, str | None]:
    return {
        "at": event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "kind": event.kind.value,
        "reason": event.reason,
        "app_id": event.app_id,
        "provider_id": event.provider_id,
        "grant_id": event.grant_id,
        "interaction_id": event.interaction_id,
    }
