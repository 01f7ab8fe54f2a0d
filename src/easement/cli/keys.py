"""`easement keys`: signing keys come and go, and what seals the others is replaced."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from easement.cli.administer import told
from easement.main.settings import DEFAULT_DATA_DIR, Settings

if TYPE_CHECKING:
    from easement.main.keys import KeyAdministration

T = TypeVar("T")


@click.group()
@click.option("--data-dir", envvar="EASEMENT_DATA_DIR", type=click.Path(path_type=Path),
              default=DEFAULT_DATA_DIR, show_default=True,
              help="The network's data directory.")  # fmt: skip
@click.option("--database-url", envvar="EASEMENT_DATABASE_URL",
              help="postgresql://… instead of SQLite in the data directory.")  # fmt: skip
@click.option("--signing-key-lead-hours", envvar="EASEMENT_SIGNING_KEY_LEAD_HOURS",
              type=click.IntRange(1, 720), default=24, show_default=True,
              help="Hours that a new key is published before it signs.")  # fmt: skip
@click.pass_context
def keys(
    context: click.Context, data_dir: Path, database_url: str | None, signing_key_lead_hours: int
) -> None:
    """Look at the network's keys, and replace them.

    Works on the network's database, also while it runs. The master key comes from the data
    directory or from EASEMENT_MASTER_KEY, EASEMENT_MASTER_KEY_FILE or EASEMENT_MASTER_KEY_COMMAND.
    """
    context.obj = Settings(
        data_dir=data_dir.absolute(),
        database=database_url or None,
        signing_key_lead=timedelta(hours=signing_key_lead_hours),
    )


def _administer(settings: Settings, do: Callable[["KeyAdministration"], Awaitable[T]]) -> T:
    from easement.main.keys import open_key_administration

    async def run() -> T:
        async with open_key_administration(settings) as administration:
            return await do(administration)

    return told(settings, run)


@keys.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the signing keys, oldest first: kid, algorithm, state, dates.

    next: published, does not sign yet. signing. published: signs no more, tokens it signed may
    still live. retired: none of them does; it is about to be deleted.
    """

    async def lines(administration: "KeyAdministration") -> list[str]:
        now = administration.now
        return [
            f"{key.kid}  {key.algorithm:<5}  {key.state(now):<9}  made {_date(key.created_at)}  "
            f"signs {_date(key.used_from)} to {_date(key.used_until)}  "
            f"published to {_date(key.published_until)}"
            for key in administration.ring.contents.signing
        ]

    click.echo("\n".join(_administer(settings, lines)))


@keys.command()
@click.option("--alg", "algorithm", type=click.Choice(["RS256", "PS256", "ES256", "EdDSA"]),
              default="RS256", show_default=True, help="Of which algorithm.")  # fmt: skip
@click.option("--now", "at_once", is_flag=True, help="Let it sign within seconds.")
@click.pass_obj
def rotate(settings: Settings, algorithm: str, *, at_once: bool) -> None:
    """Publish a new signing key, which signs once its lead is over.

    The old key stays published until the last token it signed has expired. With --now, apps that
    keep the published keys for some minutes may not know the new one when they meet it.
    """
    key = _administer(settings, lambda all_keys: all_keys.rotate(algorithm, now=at_once))
    click.echo(f"{key.kid} is published and signs from {_date(key.used_from)}.")


@keys.command()
@click.argument("kid")
@click.confirmation_option(prompt="Tokens that it signed count no more. Go on?")
@click.pass_obj
def withdraw(settings: Settings, kid: str) -> None:
    """Forget a signing key at once, because it leaked."""
    _administer(settings, lambda all_keys: all_keys.withdraw(kid))
    click.echo(f"{kid} is no longer published, and what it signed counts no more.")


@keys.command("rotate-data")
@click.option("--continue", "goes_on", is_flag=True,
              help="Make no new key; go on with what is not under the newest yet.")  # fmt: skip
@click.pass_obj
def rotate_data(settings: Settings, *, goes_on: bool) -> None:
    """Make a new data key, and seal banks' tokens and client secrets under it.

    Takes its time, beside the running network; if it is stopped, --continue goes on.
    """
    done = _administer(settings, lambda all_keys: all_keys.rotate_data(new_key=not goes_on))
    click.echo(f"Re-sealed {done.connections} connections and {done.client_secrets} secrets.")
    if done.busy:
        click.echo(
            f"{done.busy} connections were being refreshed; later, run: easement keys rotate-data "
            "--continue"
        )


@keys.command()
@click.option("--new-master-key-file", "file", type=click.Path(dir_okay=False, path_type=Path),
              help="The new master key; made if it is missing.")  # fmt: skip
@click.option("--new-master-key-command", "command", metavar="COMMAND",
              help="The program that wraps and unwraps the new master key.")  # fmt: skip
@click.pass_obj
def reseal(settings: Settings, file: Path | None, command: str | None) -> None:
    """Put all keys under another master key, in one transaction.

    The new one may also stand in EASEMENT_NEW_MASTER_KEY: 32 bytes in base64.
    """
    from easement.main.keys import reseal as run
    from easement.main.master_key import COMMAND, FILE, VALUE, new_master_key

    path = None if file is None else file.absolute()

    async def resealed() -> int:
        return await run(settings, new_master_key(path, command))

    count = told(settings, resealed)
    where = f"{FILE}={path}" if path else f"{COMMAND}={command!r}" if command else f"{VALUE}=…"
    click.echo(
        f"{count} keys are under the new master key. Set {where} and start every replica again. "
        "Keep the old master key as long as you keep backups made under it."
    )


def _date(moment: datetime | None) -> str:
    return "-" if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
