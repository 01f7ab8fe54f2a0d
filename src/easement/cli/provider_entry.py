"""`easement providers connect`, `check` and `key`: how a bank is reached, and whether it is."""

import json
from pathlib import Path
from typing import IO

import click

from easement.cli.administer import administer
from easement.main.settings import Settings


@click.command()
@click.argument("path", metavar="FILE",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--client-secret-file", "secret", type=click.File(),
              help="File with the network's client secret at the bank; - reads it from standard "
                   "input. Without it, the secret stays as it is.")  # fmt: skip
@click.pass_obj
def connect(settings: Settings, path: Path, secret: IO[str] | None) -> None:
    """Put a bank into the directory, or change how it is reached, from a YAML or JSON file."""
    from easement.main import policy_file, provider_entry
    from easement.providers.policy import PolicyError

    given = secret.read().strip() if secret is not None else None
    try:
        file = policy_file.PolicyFile(path)
        try:
            provider = administer(
                settings,
                lambda directory: provider_entry.connect(directory, file.document, given),
            )
        except PolicyError as error:
            raise file.fault(error) from None
    except (OSError, policy_file.PolicyFileError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{provider.id} is in the directory. Register with the bank, under the public URL:")
    click.echo(f"  redirect URI  /callback/{provider.id}")
    if provider.client_keys:
        click.echo(f"  JWK Set URL   /providers/{provider.id}/jwks.json")
    click.echo(f"Then try: easement providers check {provider.id}")


@click.command()
@click.argument("provider_id", metavar="ID")
@click.pass_obj
def check(settings: Settings, provider_id: str) -> None:
    """Try a bank's metadata, keys and token endpoint, and say what is wrong.

    Changes nothing. Exit status 1 if something is wrong.
    """
    import asyncio

    from easement.main import provider_entry

    provider = administer(settings, lambda directory: directory.one(provider_id))
    findings = asyncio.run(provider_entry.check(provider))
    for each in findings:
        told = f": {each.fault}" if each.fault else ""
        click.echo(f"{'wrong' if each.fault else 'fine '}  {each.subject}{told}")
    if any(each.fault for each in findings):
        raise SystemExit(1)


@click.command()
@click.argument("provider_id", metavar="ID")
@click.option("--new", is_flag=True,
              help="Make a new key, which signs from now on; old ones stay published.")  # fmt: skip
@click.pass_obj
def key(settings: Settings, provider_id: str, *, new: bool) -> None:
    """Print the public keys by which the network proves itself to a bank, as a JWK Set."""
    from easement.main import provider_entry

    try:
        provider = administer(
            settings,
            lambda directory: (
                provider_entry.renew_key(directory, provider_id)
                if new
                else directory.one(provider_id)
            ),
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps({"keys": provider_entry.public_keys(provider)}, indent=2))
