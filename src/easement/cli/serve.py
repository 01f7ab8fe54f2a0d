"""`easement serve`: the network and its sandbox bank under one command."""

import asyncio
import os
import socket
import sys
from typing import Any

import click

from easement.cli.options import settings_of, settings_options
from easement.main import data_dir, sandbox_credentials
from easement.main.data_dir import DataDirInUseError
from easement.main.sandbox_credentials import SandboxSecrets, SettingsError
from easement.main.settings import Settings


@click.command()
@settings_options
def serve(**options: Any) -> None:
    """Run the network and, unless it is switched off, the sandbox with the bank Mikomo.

    Needs nothing but a directory to keep its state in. Stop it with Ctrl-C; the next start goes
    on where this one ended.
    """
    settings = settings_of(options)
    # All that this process and the bank write is for their owner only: the database too.
    os.umask(0o077)
    try:
        held = data_dir.claim(settings.data_dir)
        secrets, first = (
            sandbox_credentials.load_or_create(settings) if settings.has_sandbox else (None, False)
        )
    except (OSError, SettingsError, DataDirInUseError) as error:
        raise click.ClickException(str(error)) from error
    with held:
        _serve(settings, secrets, first=first)


def _serve(settings: Settings, secrets: SandboxSecrets | None, *, first: bool) -> None:
    if secrets is not None:
        _listen(settings.host, settings.bank_port, "--bank-port").close()
    listener = _listen(settings.host, settings.port, "--port")
    listener.listen(2048)

    # The bank starts while the network's larger imports load: the two share no work.
    from easement.main import bank

    child = None if secrets is None else bank.start(settings, secrets)
    try:
        from easement.keys.errors import MasterKeyError
        from easement.main.serve import BankStoppedError
        from easement.main.serve import serve as run
        from easement.platform.db import UnavailableError

        told = (BankStoppedError, MasterKeyError, SettingsError, UnavailableError, ValueError)

        try:
            _run(
                run(
                    settings,
                    secrets,
                    listener,
                    child,
                    lambda: _announce(settings, secrets, first=first),
                )
            )
        except told as error:
            raise click.ClickException(str(error)) from error
    finally:
        if child is not None:
            child.stop()


def _run(main: Any) -> None:
    if sys.platform == "win32":
        asyncio.run(main)
        return
    import uvloop

    uvloop.run(main)


def _listen(host: str, port: int, option: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise click.ClickException(
            f"cannot listen on {host}:{port} ({error.strerror}); another program may use the "
            f"port: choose another with {option}"
        ) from error
    return listener


def _announce(settings: Settings, secrets: SandboxSecrets | None, *, first: bool) -> None:
    lines = [f"{settings.brand} is ready.", "", f"  Network        {settings.public_url}"]
    if secrets is None:
        lines += [f"  Data           {settings.data_dir}"]
    else:
        lines += _sandbox_lines(settings, secrets, first=first)
    click.echo("\n".join([*lines, "", "Stop with Ctrl-C."]))
    sys.stdout.flush()


def _sandbox_lines(settings: Settings, secrets: SandboxSecrets, *, first: bool) -> list[str]:
    app, url = secrets.sandbox, settings.public_url
    mint = f"curl -s -u {app.client_id}:{app.client_secret} -d user=mikomo_10 {url}"
    extract = """sed -n 's/.*"id_token":"\\([^"]*\\)".*/\\1/p'"""
    return [
        f"  Demo app       {url}/demo",
        f"  Sandbox bank   {settings.bank_public_url}   (user mikomo_10, password mikomo_10)",
        f"  Sandbox        {url}/sandbox/?token={secrets.control_token}",
        f"  Data           {settings.data_dir}" + ("   (new)" if first else ""),
        "",
        "Your sandbox app:",
        f"  client_id      {app.client_id}",
        f"  client_secret  {app.client_secret}",
        *(f"  redirect_uri   {uri}" for uri in app.redirect_uris),
        "",
        "Service credentials (client_id:client_secret, for /oauth2/token):",
        f"  recipient      {secrets.service.client_id}:{secrets.service.client_secret}",
        f"  provider       {secrets.provider.client_id}:{secrets.provider.client_secret}",
        "",
        "Try it: a token without a browser, account info, balances:",
        f"  TOKEN=$({mint}/sandbox/v1/tokens | {extract})",
        f'  curl -s -H "Authorization: Bearer $TOKEN" {url}/accounts-info/v2/mikomo; echo',
        f'  curl -s -H "Authorization: Bearer $TOKEN" {url}/balances/v2/mikomo; echo',
    ]
