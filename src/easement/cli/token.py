"""`easement token`: a token set without a browser."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import click

from easement.cli.direct import ask
from easement.main import sandbox_credentials
from easement.main.sandbox_credentials import AppCredentials, SettingsError
from easement.main.settings import DEFAULT_DATA_DIR, DEFAULT_HOST, DEFAULT_PORT, Settings


@click.command()
@click.option("--user", required=True, help="Sandbox user, such as mikomo_10.")
@click.option("--password", help="If it is not the user name.")
@click.option("--accounts", help="Account ids, comma separated; all if left out.")
@click.option(
    "--app",
    "app_name",
    default="sandbox",
    show_default=True,
    help="sandbox, demo, or the client_id of either.",
)
@click.option("--scope", help="Scope to ask for, with offline_access if left out.")
@click.option("--host", envvar="EASEMENT_HOST", default=DEFAULT_HOST)
@click.option("--port", envvar="EASEMENT_PORT", type=int, default=DEFAULT_PORT)
@click.option("--data-dir", envvar="EASEMENT_DATA_DIR", type=click.Path(path_type=Path),
              default=DEFAULT_DATA_DIR)  # fmt: skip
def token(
    *,
    user: str,
    password: str | None,
    accounts: str | None,
    app_name: str,
    scope: str | None,
    host: str,
    port: int,
    data_dir: Path,
) -> None:
    """Print a token set for a sandbox user, got from the running network."""
    settings = Settings(host=host, port=port, data_dir=data_dir)
    app = _app(settings, app_name)
    wanted = {"user": user, "password": password, "accounts": accounts, "scope": scope}
    form = {name: value for name, value in wanted.items() if value is not None}
    request = urllib.request.Request(  # noqa: S310 - the scheme is ours
        f"{settings.network_api_url}/sandbox/v1/tokens",
        data=urllib.parse.urlencode(form).encode(),
        headers={"authorization": _basic(app)},
    )
    try:
        with ask(request, timeout=30) as answer:
            click.echo(json.dumps(json.load(answer), indent=2))
    except urllib.error.HTTPError as error:
        raise click.ClickException(_refusal(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"no network answers at {settings.network_api_url}; start it with: easement serve"
        ) from error


def _app(settings: Settings, name: str) -> AppCredentials:
    try:
        secrets = sandbox_credentials.read(settings.sandbox_file)
    except (OSError, SettingsError) as error:
        raise click.ClickException(str(error)) from error
    if secrets is None:
        raise click.ClickException(
            f"{settings.sandbox_file} does not exist; start the network first, or name its "
            "--data-dir"
        )
    apps = {"sandbox": secrets.sandbox, "demo": secrets.demo}
    for label, app in apps.items():
        if name in {label, app.client_id}:
            return app
    raise click.ClickException(f"no app {name!r}; expected sandbox, demo, or a client_id of theirs")


def _basic(app: AppCredentials) -> str:
    pair = f"{urllib.parse.quote_plus(app.client_id)}:{urllib.parse.quote_plus(app.client_secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _refusal(error: urllib.error.HTTPError) -> str:
    try:
        body = json.loads(error.read())
        return f"{body['error']}: {body['error_description']}"
    except (ValueError, KeyError, TypeError):
        return f"the network answered {error.code}"
