"""`easement credentials`: who may call service APIs, as a recipient or as a provider."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from easement.cli.client_administration import administer_clients, database_options
from easement.cli.periods import Period
from easement.main.settings import Settings

if TYPE_CHECKING:
    from easement.identity.model import Credential
    from easement.main.clients import ClientAdministration


@click.group()
@database_options
@click.pass_context
def credentials(context: click.Context, data_dir: Path, database_url: str | None) -> None:
    """Issue, rotate and revoke the credentials with which machines get service tokens.

    Works on the network's database, also while it runs.
    """
    context.obj = Settings(data_dir=data_dir.absolute(), database=database_url or None)


@credentials.command()
@click.option("--recipient", metavar="ID", help="The company that calls recipients' APIs.")
@click.option("--provider", metavar="ID", help="The provider that calls providers' APIs.")
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE",
              help="What it may ask for; repeatable.  [default: all of its kind]")  # fmt: skip
@click.pass_obj
def create(
    settings: Settings, recipient: str | None, provider: str | None, scopes: tuple[str, ...]
) -> None:
    """Issue a credential and print it; the secret is shown this once."""
    from easement.identity.scopes import CredentialKind

    if (recipient is None) == (provider is None):
        raise click.UsageError("expected either --recipient ID or --provider ID")
    kind = CredentialKind.PROVIDER if recipient is None else CredentialKind.RECIPIENT
    client_id, client_secret = administer_clients(
        settings,
        lambda clients: clients.create_credential(kind, recipient or provider or "", scopes),
    )
    click.echo(f"client_id      {client_id}\nclient_secret  {client_secret}")


@credentials.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the credentials: client_id, whose, since when, how many live secrets, scopes."""

    async def every(clients: "ClientAdministration") -> "Sequence[Credential]":
        return await clients.every_credential()

    for each in administer_clients(settings, every):
        click.echo(
            f"{each.client_id}  {each.kind} {each.organisation_id}  "
            f"{each.created_at:%Y-%m-%d}  {each.secrets}  {' '.join(sorted(each.scopes))}"
        )


@credentials.command("rotate-secret")
@click.argument("client_id", metavar="CLIENT_ID")
@click.option("--overlap", type=Period(), default="24h", show_default=True,
              help="How long the secret of before counts on.")  # fmt: skip
@click.pass_obj
def rotate_secret(settings: Settings, client_id: str, overlap: timedelta) -> None:
    """Print a new secret, shown this once."""
    secret = administer_clients(
        settings, lambda clients: clients.rotate_credential(client_id, overlap)
    )
    click.echo(f"client_secret  {secret}")


@credentials.command()
@click.argument("client_id", metavar="CLIENT_ID")
@click.pass_obj
def revoke(settings: Settings, client_id: str) -> None:
    """End a credential and every token that it got, at once."""
    administer_clients(settings, lambda clients: clients.revoke_credential(client_id))
    click.echo(f"{client_id} is revoked, with its tokens.")
