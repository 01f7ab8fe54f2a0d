"""`easement doctor`: says in words what is wrong with a set-up."""

import socket
import urllib.error
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import click

from easement.cli.direct import ask
from easement.cli.options import settings_of, settings_options
from easement.main import sandbox_credentials
from easement.main.sandbox_credentials import SettingsError
from easement.main.settings import Settings


@click.command()
@settings_options
def doctor(**options: Any) -> None:
    """Look at the machine, the data directory, the ports and the database, and say what is wrong.

    Changes nothing. Exit status 1 if something is wrong.
    """
    settings = settings_of(options)
    wrong = 0
    for subject, fault in _look(settings):
        wrong += fault is not None
        click.echo(f"{'wrong' if fault else 'fine '}  {subject}" + (f": {fault}" if fault else ""))
    if wrong:
        raise SystemExit(1)


def _look(settings: Settings) -> Iterator[tuple[str, str | None]]:
    yield f"data directory {settings.data_dir}", _data_dir(settings)
    if settings.has_sandbox:
        yield f"sandbox credentials {settings.sandbox_file}", _sandbox_file(settings)
    yield "master key", _master_key(settings)
    yield "database", _database(settings)
    yield (
        f"network port {settings.port}",
        _port(
            settings, settings.port, f"{settings.network_api_url}/.well-known/openid-configuration"
        ),
    )
    if settings.has_sandbox:
        yield (
            f"bank port {settings.bank_port}",
            _port(settings, settings.bank_port, f"{settings.bank_api_url}/health"),
        )
    yield f"public URL {settings.public_url}", _public_url(settings)


def _data_dir(settings: Settings) -> str | None:
    directory = settings.data_dir
    if not directory.exists():
        return None  # made at first start
    if not directory.is_dir():
        return "it is not a directory; name another with --data-dir"
    if directory.stat().st_mode & 0o077:
        return f"others may read it; run: chmod 700 {directory}"
    return None


def _sandbox_file(settings: Settings) -> str | None:
    path = settings.sandbox_file
    if not path.exists():
        return None
    if path.stat().st_mode & 0o077:
        return f"others may read it; run: chmod 600 {path}"
    try:
        sandbox_credentials.read(path)
    except (OSError, SettingsError) as error:
        return str(error)
    return None


def _master_key(settings: Settings) -> str | None:
    import asyncio

    from easement.keys.errors import MasterKeyError
    from easement.keys.service import check_master_key
    from easement.main.master_key import master_key
    from easement.platform.db.check import is_up_to_date

    path = settings.master_key_file
    if path.exists() and path.stat().st_mode & 0o077:
        return f"others may read it; run: chmod 600 {path}"
    try:
        source = master_key(settings)
        if asyncio.run(is_up_to_date(settings.database_url)):
            asyncio.run(check_master_key(settings.database_url, source))
        elif (settings.data_dir / "easement.db").exists():
            # The keys of an old or damaged database are not read here.
            source.load()
    except (OSError, MasterKeyError) as error:
        return str(error)
    return None


def _database(settings: Settings) -> str | None:
    import asyncio

    from easement.platform.db.check import fault

    return asyncio.run(fault(settings.database_url))


def _port(settings: Settings, port: int, url: str) -> str | None:
    try:
        with socket.create_connection((settings.host, port), timeout=1):
            pass
    except OSError:
        return None  # free
    try:
        with ask(url, timeout=3):
            return None  # ours
    except (OSError, urllib.error.HTTPError):
        return "another program uses it; choose another port"


def _public_url(settings: Settings) -> str | None:
    if settings.host not in {"127.0.0.1", "localhost", "::1"} and settings.public is None:
        return (
            f"the network listens on {settings.host} but its links say {settings.public_url}; set "
            "EASEMENT_PUBLIC_URL to the address that browsers use"
        )
    host = urlsplit(settings.public_url).hostname
    if settings.public_url.startswith("http:") and host not in {"127.0.0.1", "localhost", "::1"}:
        return (
            "tokens and consents would travel unencrypted; put a TLS proxy in front and say https"
        )
    bank_https = settings.bank_public_url.startswith("https")
    if settings.has_sandbox and settings.public_url.startswith("https") != bank_https:
        return (
            "the network and the bank are reached under different schemes; browsers would lose "
            "cookies on the way: set EASEMENT_BANK_PUBLIC_URL likewise"
        )
    return None
