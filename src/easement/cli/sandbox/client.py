"""Speaks to the control API of the network that runs on a data directory."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click

from easement.cli.direct import ask
from easement.main import sandbox_credentials
from easement.main.sandbox_credentials import SettingsError
from easement.main.settings import DEFAULT_DATA_DIR, DEFAULT_HOST, DEFAULT_PORT, Settings

_PATIENCE_S = 60

_WHICH_NETWORK = [
    click.option("--host", envvar="EASEMENT_HOST", default=DEFAULT_HOST, help="The network's."),
    click.option("--port", envvar="EASEMENT_PORT", type=int, default=DEFAULT_PORT,
                 help="The network's."),
    click.option("--data-dir", envvar="EASEMENT_DATA_DIR", type=click.Path(path_type=Path),
                 default=DEFAULT_DATA_DIR,
                 help="Where the network keeps its control token, unless "
                      "EASEMENT_SANDBOX_CONTROL_TOKEN is set."),
]  # fmt: skip


class Client:
    """Requests with the control token. A refusal ends the command with its words."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/sandbox/v1"
        self._network = url
        self._token = token

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The decoded answer to a JSON request; None where it is empty."""
        data = None if body is None else json.dumps(body).encode()
        return self._send(method, path, data, "application/json")

    def post_form(self, path: str, form: dict[str, str]) -> Any:
        """The decoded answer to a form."""
        data = urllib.parse.urlencode(form).encode()
        return self._send("POST", path, data, "application/x-www-form-urlencoded")

    def product(self, path: str, id_token: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        """Status and decoded answer of a product call; an app over its rate waits and goes on."""
        sent = {"authorization": f"Bearer {id_token}", **headers}
        request = urllib.request.Request(self._network + path, headers=sent)  # noqa: S310
        while True:
            try:
                with ask(request, timeout=_PATIENCE_S) as answer:
                    return answer.status, json.load(answer)
            except urllib.error.HTTPError as error:
                wait = error.headers.get("retry-after", "")
                if error.code != 429 or not wait.isdigit():
                    return error.code, json.load(error)
                time.sleep(int(wait))
            except OSError as error:
                raise click.ClickException(f"{self._network} stopped answering") from error

    def _send(self, method: str, path: str, data: bytes | None, content_type: str) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the scheme is ours
            self._url + path,
            data=data,
            method=method,
            headers={"authorization": f"Bearer {self._token}", "content-type": content_type},
        )
        try:
            with ask(request, timeout=_PATIENCE_S) as answer:
                content = answer.read()
                return json.loads(content) if content else None
        except urllib.error.HTTPError as error:
            raise click.ClickException(_refusal(error)) from error
        except OSError as error:
            raise click.ClickException(
                f"no network answers at {self._network}; these commands need one that runs: start "
                "it with easement serve, or name its --port"
            ) from error
        except ValueError as error:
            raise click.ClickException(f"{self._network} does not answer in JSON") from error


def controls(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that say which network, and hands the command a `client`."""

    @wraps(command)
    def run(*, host: str, port: int, data_dir: Path, **options: Any) -> None:
        settings = Settings(host=host, port=port, data_dir=data_dir)
        command(client=Client(settings.network_api_url, _token(settings)), **options)

    for option in reversed(_WHICH_NETWORK):
        run = option(run)
    return run


def _token(settings: Settings) -> str:
    fixed = os.environ.get("EASEMENT_SANDBOX_CONTROL_TOKEN")
    if fixed:
        return fixed
    try:
        secrets = sandbox_credentials.read(settings.sandbox_file)
    except (OSError, SettingsError) as error:
        raise click.ClickException(str(error)) from error
    if secrets is None or not secrets.control_token:
        raise click.ClickException(
            f"{settings.sandbox_file} has no control token; start the network first, name its "
            "--data-dir, or set EASEMENT_SANDBOX_CONTROL_TOKEN"
        )
    return secrets.control_token


def _refusal(error: urllib.error.HTTPError) -> str:
    try:
        body = json.loads(error.read())
        return str(body.get("message") or body["error_description"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return (
            f"the network answered {error.code}; is this a network with the sandbox, and of this "
            "version?"
        )
