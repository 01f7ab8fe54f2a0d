"""Options that commands share; each is an environment variable too."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from easement.main.settings import (
    DEFAULT_BANK_PORT,
    DEFAULT_DATA_DIR,
    DEFAULT_HOST,
    DEFAULT_PORT,
    SandboxCredentials,
    Settings,
)

F = TypeVar("F", bound=Callable[..., Any])


class BaseUrl(click.ParamType[str]):
    """An http or https URL without path, query or fragment."""

    name = "URL"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError as error:
            self.fail(f"{value!r} is not a URL: {error}", param, ctx)
        bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not bare:
            self.fail(f"{value!r}: expected a URL such as https://data.example.com", param, ctx)
        return value.rstrip("/")


def _header_prefix(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if re.fullmatch(r"[a-z0-9-]{1,40}", value) is None:
        raise click.BadParameter("expected lower-case letters, digits and hyphens, as x-akoya-")
    return value


_PORT = click.IntRange(1, 65535)

_OPTIONS = [
    click.option("--host", envvar="EASEMENT_HOST", default=DEFAULT_HOST, show_default=True,
                 help="Address to listen on."),
    click.option("--port", envvar="EASEMENT_PORT", type=_PORT, default=DEFAULT_PORT,
                 show_default=True, help="Port of the network."),
    click.option("--bank-port", envvar="EASEMENT_BANK_PORT", type=_PORT,
                 default=DEFAULT_BANK_PORT, show_default=True, help="Port of the sandbox bank."),
    click.option("--data-dir", envvar="EASEMENT_DATA_DIR", type=click.Path(path_type=Path),
                 default=DEFAULT_DATA_DIR, show_default=True,
                 help="Where the database, keys and sandbox secrets lie."),
    click.option("--public-url", envvar="EASEMENT_PUBLIC_URL", type=BaseUrl(),
                 help="Where browsers and apps reach the network, behind a proxy."),
    click.option("--bank-public-url", envvar="EASEMENT_BANK_PUBLIC_URL", type=BaseUrl(),
                 help="Where browsers reach the sandbox bank, behind a proxy."),
    click.option("--database-url", envvar="EASEMENT_DATABASE_URL",
                 help="postgresql://… instead of SQLite in the data directory."),
    click.option("--sandbox-client-id", envvar="EASEMENT_SANDBOX_CLIENT_ID",
                 help="Fix the sandbox app's client_id, for CI."),
    click.option("--sandbox-client-secret", envvar="EASEMENT_SANDBOX_CLIENT_SECRET",
                 help="Fix the sandbox app's client_secret, for CI."),
    click.option("--sandbox-redirect-uris", envvar="EASEMENT_SANDBOX_REDIRECT_URIS",
                 help="The sandbox app's redirect URIs, separated by commas or spaces."),
    click.option("--brand", envvar="EASEMENT_BRAND", default="Easement", show_default=True,
                 help="The network's name on its pages and at the bank."),
    click.option("--header-prefix", envvar="EASEMENT_HEADER_PREFIX", default="x-akoya-",
                 show_default=True, callback=_header_prefix,
                 help="Start of the API's own header names."),
]  # fmt: skip


def settings_options(command: F) -> F:
    """Adds the options from which `settings_of` makes `Settings`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings_of(options: dict[str, Any]) -> Settings:
    """The settings that a command's options say."""
    uris = (options["sandbox_redirect_uris"] or "").replace(",", " ").split()
    return Settings(
        host=options["host"],
        port=options["port"],
        bank_port=options["bank_port"],
        data_dir=options["data_dir"].absolute(),
        public=options["public_url"],
        bank_public=options["bank_public_url"],
        database=options["database_url"] or None,
        brand=options["brand"],
        header_prefix=options["header_prefix"],
        sandbox=SandboxCredentials(
            client_id=options["sandbox_client_id"] or None,
            client_secret=options["sandbox_client_secret"] or None,
            redirect_uris=tuple(uris) or None,
        ),
    )
