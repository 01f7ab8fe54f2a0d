"""`easement providers maintenance`: when a bank is not to be asked for anything."""

from datetime import UTC, datetime

import click

from easement.cli.administer import administer
from easement.main.settings import Settings


class Moment(click.ParamType[datetime]):
    """An RFC 3339 time with its zone."""

    name = "TIME"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(f"{value!r}: expected a time such as 2026-03-01T02:00:00Z", param, ctx)
        return moment.astimezone(UTC)


@click.group()
@click.argument("provider_id", metavar="ID")
@click.pass_context
def maintenance(context: click.Context, provider_id: str) -> None:
    """Add, list and remove a provider's maintenance windows.

    In a window, product calls are answered with 503 and the seconds until it is over.
    """
    context.obj = (context.obj, provider_id)


@maintenance.command()
@click.option("--from", "starts_at", type=Moment(), required=True, help="When it starts.")
@click.option("--to", "ends_at", type=Moment(), required=True, help="When it is over.")
@click.option("--title", default="Maintenance", show_default=True, help="What is being done.")
@click.pass_obj
def add(where: tuple[Settings, str], starts_at: datetime, ends_at: datetime, title: str) -> None:
    """Add a window and print its id."""
    settings, provider_id = where
    if ends_at <= starts_at:
        raise click.UsageError("--to must be later than --from")
    if not 0 < len(title) <= 200 or not title.isprintable():
        raise click.UsageError("--title must have 1 to 200 printable characters")
    window = administer(
        settings,
        lambda directory: directory.add_maintenance(provider_id, starts_at, ends_at, title),
    )
    click.echo(window.id)


@maintenance.command("list")
@click.pass_obj
def list_(where: tuple[Settings, str]) -> None:
    """List the windows, the first to start first."""
    settings, provider_id = where
    provider = administer(settings, lambda directory: directory.one(provider_id))
    for window in provider.maintenance:
        click.echo(
            f"{window.id}  {window.starts_at.isoformat()}  {window.ends_at.isoformat()}  "
            f"{window.title}"
        )


@maintenance.command()
@click.argument("window_id", metavar="WINDOW")
@click.pass_obj
def remove(where: tuple[Settings, str], window_id: str) -> None:
    """Take a window back; one that is open ends."""
    settings, provider_id = where
    if not administer(
        settings, lambda directory: directory.remove_maintenance(provider_id, window_id)
    ):
        raise click.ClickException(
            f"{provider_id} has no window {window_id!r}; see: easement providers maintenance "
            f"{provider_id} list"
        )
