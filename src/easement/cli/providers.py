"""`easement providers`: the banks of this network and what they allow."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from easement.cli.administer import administer
from easement.cli.maintenance import maintenance
from easement.cli.provider_entry import check, connect, key
from easement.main.settings import DEFAULT_DATA_DIR, Settings

if TYPE_CHECKING:
    from easement.main.providers import ProviderAdministration
    from easement.providers.model import Provider


@click.group()
@click.option("--data-dir", envvar="EASEMENT_DATA_DIR", type=click.Path(path_type=Path),
              default=DEFAULT_DATA_DIR, show_default=True,
              help="The network's data directory.")  # fmt: skip
@click.option("--database-url", envvar="EASEMENT_DATABASE_URL",
              help="postgresql://… instead of SQLite in the data directory.")  # fmt: skip
@click.pass_context
def providers(context: click.Context, data_dir: Path, database_url: str | None) -> None:
    """Look at the banks of this network, and set what they allow.

    Works on the network's database, also while it runs: a change takes effect within a second.
    """
    context.obj = Settings(data_dir=data_dir.absolute(), database=database_url or None)


@providers.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the providers."""

    async def every(directory: "ProviderAdministration") -> list["Provider"]:
        return await directory.all()

    for provider in administer(settings, every):
        click.echo(f"{provider.id}  {provider.display_name}")


@providers.command()
@click.argument("provider_id", metavar="ID")
@click.pass_obj
def show(settings: Settings, provider_id: str) -> None:
    """Show a provider: how it is reached, its policy, its maintenance windows."""
    from easement.main import policy_file
    from easement.providers.policy import write_policy

    provider = administer(settings, lambda directory: directory.one(provider_id))
    shown = {
        "id": provider.id,
        "display_name": provider.display_name,
        "protocol": provider.protocol,
        "settings": dict(provider.settings),
        "policy": write_policy(provider.policy),
        "maintenance": [
            {
                "id": window.id,
                "from": window.starts_at.isoformat(),
                "to": window.ends_at.isoformat(),
                "title": window.title,
            }
            for window in provider.maintenance
        ],
    }
    click.echo(policy_file.write(shown), nl=False)


@providers.command()
@click.argument("provider_id", metavar="ID")
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="YAML or JSON file; what it leaves out stays as it is.")  # fmt: skip
@click.option("--show", "shows", is_flag=True, help="Print the policy that is in force, as YAML.")
@click.pass_obj
def policy(settings: Settings, provider_id: str, path: Path | None, *, shows: bool) -> None:
    """Set a provider's policy from a file, or print it."""
    if (path is None) != shows:
        raise click.UsageError("expected either --file, to set the policy, or --show, to print it")
    from easement.main import policy_file
    from easement.providers.policy import PolicyError, write_policy

    if path is None:
        provider = administer(settings, lambda directory: directory.one(provider_id))
        click.echo(policy_file.write(write_policy(provider.policy)), nl=False)
        return
    try:
        file = policy_file.PolicyFile(path)
        try:
            provider = administer(
                settings, lambda directory: directory.set_policy(provider_id, file.document)
            )
        except PolicyError as error:
            raise file.fault(error) from None
    except (OSError, policy_file.PolicyFileError) as error:
        raise click.ClickException(str(error)) from error
    count = len(provider.policy.rules)
    click.echo(f"{provider.id} has a new policy, with {count} rule{'' if count == 1 else 's'}.")


providers.add_command(connect)
providers.add_command(check)
providers.add_command(key)
providers.add_command(maintenance)
