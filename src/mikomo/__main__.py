"""Starts the bank: `python -m mikomo --help`."""

import os
import signal
import socket
import threading
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click
import uvicorn

from mikomo.app import create_app
from mikomo.clock import SystemClock
from mikomo.custom_users import BadUsersError
from mikomo.faults.severing import SeverableHttp
from mikomo.settings import Settings, checked_public_url
from mikomo.store.database import Database, random_token

# Longer than a network's connection pool keeps an idle connection, so that the bank is never the
# one to close it just as a request is on its way.
_KEEP_ALIVE_S = 75


@click.command(context_settings={"auto_envvar_prefix": "MIKOMO"})
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8081,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--public-url", help="Address browsers use. Default: http://HOST:PORT.")
@click.option(
    "--data-dir",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the state is kept and clients.json is read.",
)
@click.option(
    "--control-token",
    help="Serve the control API below /control to callers on this host that show this token.",
)
@click.option(
    "--users",
    type=click.Path(exists=True, path_type=Path),
    help="People of your own: a YAML or JSON file, or a folder of them.",
)
@click.option(
    "--exit-with-parent", is_flag=True, help="Stop when standard input ends: its starter is gone."
)
def main(
    *,
    host: str,
    port: int,
    public_url: str | None,
    data_dir: Path,
    control_token: str | None,
    users: Path | None,
    exit_with_parent: bool,
) -> None:
    """Run Mikomo, the sandbox bank. Each option is also read from MIKOMO_<OPTION>."""
    try:
        listener = socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another --host or --port"
        ) from error
    try:
        url = checked_public_url(public_url or f"http://{host}:{listener.getsockname()[1]}")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--public-url") from error
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = Database(data_dir / "mikomo.db")
    except OSError as error:
        raise click.ClickException(f"cannot write to {data_dir} ({error.strerror})") from error
    settings = Settings(url, data_dir, control_token or None, users)
    try:
        app = create_app(settings, database, SystemClock(), random_token)
    except BadUsersError as error:
        raise click.ClickException(f"these users cannot be read:\n{error}") from error
    config = uvicorn.Config(
        app,
        http=SeverableHttp,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=3,
    )
    if exit_with_parent:
        threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        database.close()


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    # uvicorn finishes the running requests and then raises the signal again: leaving in the
    # ordinary way, instead of dying of it, lets the database close.
    raise SystemExit(0)


def _stop_at_end_of_input() -> None:
    # The pipe closes even when the parent is killed and can send no signal. Read past sys.stdin:
    # its lock, held by a waiting thread, would abort the interpreter on the way out.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
