"""Options that commands share; each is an environment variable too."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from ipaddress import ip_network
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


class Networks(click.ParamType[tuple[str, ...]]):
    """Addresses and networks, separated by commas or spaces."""

    name = "NETWORKS"

    def convert(
        self,
        value: str | tuple[str, ...],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, ...]:
        if not isinstance(value, str):
            return value
        try:
            return tuple(str(ip_network(each)) for each in value.replace(",", " ").split())
        except ValueError as error:
            self.fail(f"{error}; expected such as 10.0.0.0/8 or 127.0.0.1", param, ctx)


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
_DATE = click.DateTime(["%Y-%m-%d"])
_FAITHFUL_RATE = 5

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
    click.option("--trusted-proxies", envvar="EASEMENT_TRUSTED_PROXIES", type=Networks(),
                 help="Proxies that are believed about where a request comes from "
                 "(X-Forwarded-For)."),
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
    click.option("--sandbox-control-token", envvar="EASEMENT_SANDBOX_CONTROL_TOKEN",
                 help="Fix the token of the sandbox's control API, for CI."),
    click.option("--sandbox-service-client-id", envvar="EASEMENT_SANDBOX_SERVICE_CLIENT_ID",
                 help="Fix the recipient's service client_id, for CI."),
    click.option("--sandbox-service-client-secret",
                 envvar="EASEMENT_SANDBOX_SERVICE_CLIENT_SECRET",
                 help="Fix the recipient's service client_secret, for CI."),
    click.option("--sandbox-provider-client-id", envvar="EASEMENT_SANDBOX_PROVIDER_CLIENT_ID",
                 help="Fix the bank's service client_id, for CI."),
    click.option("--sandbox-provider-client-secret",
                 envvar="EASEMENT_SANDBOX_PROVIDER_CLIENT_SECRET",
                 help="Fix the bank's service client_secret, for CI."),
    click.option("--users", "sandbox_users", envvar="EASEMENT_SANDBOX_USERS",
                 type=click.Path(exists=True, path_type=Path),
                 help="YAML or JSON file, or a folder of them, with sandbox users of your own."),
    click.option("--sandbox/--no-sandbox", envvar="EASEMENT_SANDBOX", default=True,
                 help="Whether to run the sandbox: bank, apps, demo, control API.  [default: on]"),
    click.option("--brand", envvar="EASEMENT_BRAND", default="Easement", show_default=True,
                 help="The network's name on its pages and at the bank."),
    click.option("--header-prefix", envvar="EASEMENT_HEADER_PREFIX", default="x-akoya-",
                 show_default=True, callback=_header_prefix,
                 help="Start of the API's own header names."),
    click.option("--requests-per-second", envvar="EASEMENT_REQUESTS_PER_SECOND",
                 type=click.IntRange(1, 100_000),
                 help="Product calls that an app may make in a second.  [default: no limit]"),
    click.option("--faithful", envvar="EASEMENT_FAITHFUL", is_flag=True,
                 help=f"Limit apps as the documented sandbox does: {_FAITHFUL_RATE} product calls "
                 "a second."),
    click.option("--bank-timeout", envvar="EASEMENT_BANK_TIMEOUT",
                 type=click.FloatRange(0, 300, min_open=True), default=10.0, show_default=True,
                 help="Seconds that a product call waits for the bank before it answers 408."),
    click.option("--v2-deprecated-at", envvar="EASEMENT_V2_DEPRECATED_AT", type=_DATE,
                 help="Day (UTC) from which version v2 is deprecated."),
    click.option("--v2-sunset-at", envvar="EASEMENT_V2_SUNSET_AT", type=_DATE,
                 help="Day (UTC) from which v2 is gone.  [default: six months after that]"),
    click.option("--signing-key-days", envvar="EASEMENT_SIGNING_KEY_DAYS",
                 type=click.IntRange(2, 3650), default=90, show_default=True,
                 help="Days that a key signs id_tokens before another takes its place."),
    click.option("--signing-key-lead-hours", envvar="EASEMENT_SIGNING_KEY_LEAD_HOURS",
                 type=click.IntRange(1, 720), default=24, show_default=True,
                 help="Hours that a new key is published before it signs."),
    click.option("--refresh-token-idle-days", envvar="EASEMENT_REFRESH_TOKEN_IDLE_DAYS",
                 type=click.IntRange(1, 3650),
                 help="Days after which a refresh token that nobody uses is refused.  [default: "
                 "never; 180 for apps of profile oauth]"),
    click.option("--refresh-token-days", envvar="EASEMENT_REFRESH_TOKEN_DAYS",
                 type=click.IntRange(1, 3650),
                 help="Days after the consumer's sign-in when every refresh token ends.  [default: "
                 "with the consent]"),
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
        trusted_proxies=options["trusted_proxies"] or (),
        database=options["database_url"] or None,
        brand=options["brand"],
        header_prefix=options["header_prefix"],
        has_sandbox=options["sandbox"],
        users=None if options["sandbox_users"] is None else options["sandbox_users"].absolute(),
        requests_per_second=(
            options["requests_per_second"] or (_FAITHFUL_RATE if options["faithful"] else None)
        ),
        bank_timeout_s=options["bank_timeout"],
        v2_deprecated_on=_day(options["v2_deprecated_at"]),
        v2_sunset_on=_day(options["v2_sunset_at"]),
        signing_key_age=timedelta(days=options["signing_key_days"]),
        signing_key_lead=timedelta(hours=options["signing_key_lead_hours"]),
        refresh_token_idle=_days(options["refresh_token_idle_days"]),
        refresh_token_lifetime=_days(options["refresh_token_days"]),
        sandbox=SandboxCredentials(
            client_id=options["sandbox_client_id"] or None,
            client_secret=options["sandbox_client_secret"] or None,
            redirect_uris=tuple(uris) or None,
            control_token=options["sandbox_control_token"] or None,
            service_client_id=options["sandbox_service_client_id"] or None,
            service_client_secret=options["sandbox_service_client_secret"] or None,
            provider_client_id=options["sandbox_provider_client_id"] or None,
            provider_client_secret=options["sandbox_provider_client_secret"] or None,
        ),
    )


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _days(given: int | None) -> timedelta | None:
    return None if given is None else timedelta(days=given)
