"""Running banks: a process of its own for most tests, one in this process where time matters."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import uvicorn

from mikomo.app import create_app
from mikomo.settings import Settings
from mikomo.store.database import Database, random_token
from tests.mikomo.control import TOKEN, Control
from tests.mikomo.network import CLIENTS, Browser, Network


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def wait_until_ready(url: str, process: subprocess.Popen[bytes] | None = None) -> None:
    for _ in range(1000):
        assert process is None or process.poll() is None, "the bank stopped while starting"
        try:
            if requests.get(url + "/health", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.01)
    raise AssertionError("the bank did not get ready")


@dataclass
class Program:
    """The bank as a process of its own."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> int:
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(10)


def start_program(data_dir: Path, port: int, *options: str) -> Program:
    data_dir.mkdir(exist_ok=True)
    if not (data_dir / "clients.json").exists():
        (data_dir / "clients.json").write_text(json.dumps(CLIENTS))
    process = subprocess.Popen(
        [sys.executable, "-m", "mikomo", "--port", str(port), "--exit-with-parent", *options],
        stdin=subprocess.PIPE,
        env={**os.environ, "MIKOMO_DATA_DIR": str(data_dir)},
    )
    program = Program(f"http://127.0.0.1:{port}", data_dir, process)
    wait_until_ready(program.url, process)
    return program


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    running = start_program(tmp_path_factory.mktemp("mikomo") / "data", free_port())
    yield running
    running.stop()


@pytest.fixture
def network(program: Program) -> Network:
    return Network(program.url)


@pytest.fixture
def browser(program: Program) -> Browser:
    return Browser(program.url)


@pytest.fixture(scope="session")
def access_token_of(program: Program) -> Callable[[str], str]:
    """An access token for a person; each person is linked once."""
    tokens: dict[str, str] = {}

    def access_token(username: str) -> str:
        if username not in tokens:
            tokens[username] = Network(program.url).link(username)["access_token"]
        return tokens[username]

    return access_token


@pytest.fixture(scope="session")
def controlled_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A bank that serves the control API."""
    data_dir = tmp_path_factory.mktemp("controlled") / "data"
    running = start_program(data_dir, free_port(), "--control-token", TOKEN)
    yield running
    running.stop()


@pytest.fixture
def control(controlled_program: Program, network: Network, browser: Browser) -> Control:
    """Its control API; network and browser talk to the same bank, put back to its seed."""
    network.url = browser.url = controlled_program.url
    control = Control(controlled_program.url)
    control.reset()
    return control


@pytest.fixture
def rival(program: Program) -> Network:
    return Network(program.url, "rival", "rival-secret", "https://rival.example/callback")


@pytest.fixture
def restartable(tmp_path: Path) -> Callable[[], Program]:
    """Starts the bank on one data directory and port, as often as asked."""
    port = free_port()
    return lambda: start_program(tmp_path / "data", port)


class MovableClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000

    def now(self) -> int:
        return self.seconds


@dataclass
class TimedBank:
    """The bank in this process, with its clock in the test's hands."""

    url: str
    clock: MovableClock


@pytest.fixture
def timed_bank(tmp_path: Path) -> Iterator[TimedBank]:
    with _served(tmp_path, None) as bank:
        yield bank


@pytest.fixture
def bank_behind_tls(tmp_path: Path) -> Iterator[TimedBank]:
    """Public URL https://bank.example/mikomo, as behind a proxy that ends TLS."""
    with _served(tmp_path, "https://bank.example/mikomo") as bank:
        yield bank


class _served:  # noqa: N801 - a context manager
    def __init__(self, data_dir: Path, public_url: str | None) -> None:
        port = free_port()
        self._url = f"http://127.0.0.1:{port}"
        (data_dir / "clients.json").write_text(json.dumps(CLIENTS))
        self._database = Database(data_dir / "mikomo.db")
        self._clock = MovableClock()
        settings = Settings(public_url or self._url, data_dir)
        app = create_app(settings, self._database, self._clock, random_token)
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=port, log_level="warning", lifespan="off", ws="none")
        )
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> TimedBank:
        self._thread.start()
        wait_until_ready(self._url)
        return TimedBank(self._url, self._clock)

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._database.close()
