"""Fixtures of the test bed. Every flow runs on SQLite and on a real PostgreSQL.

The bank and PostgreSQL start once in each test process, a network once in each test module and
database; tests that break something ask for one of their own.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.chromium import CHROMIUM
from tests.support.consumer import Consumer
from tests.support.databases import PostgresServer
from tests.support.network import Calendar, RunningNetwork
from tests.support.node import NODE

# A slow machine is no failure.
settings.register_profile("easement", deadline=None)
settings.load_profile("easement")

ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let tests connect to this machine only; pytest-socket enforces it."""
    config.option.allow_hosts = "127.0.0.1,::1,localhost"
    config.option.allow_unix_socket = True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left out, a line each."""
    if CHROMIUM is None:
        terminalreporter.write_line(
            "Left out: the browser tests, because Chromium is not installed"
        )
    if NODE is None:
        terminalreporter.write_line(
            "Left out: the JavaScript client, because Node or its packages are not installed"
        )


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """The bank that tests share; nobody stops it."""
    running = Bank(tmp_path_factory.mktemp("bank") / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """A bank that the test may stop, kill and start again."""
    running = Bank(tmp_path_factory.mktemp("bank") / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server with a migrated template."""
    server = PostgresServer(tmp_path_factory.mktemp("postgres") / "data")
    yield server
    server.stop()


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Which database the module's tests run on this time."""
    return str(request.param)


@pytest.fixture(scope="module")
def new_database(engine: str, request: pytest.FixtureRequest) -> Callable[[], str | None]:
    """Gives the URL of a fresh database; None stands for SQLite in the data directory."""
    if engine == "sqlite":
        return lambda: None
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.fresh


@pytest.fixture(scope="module")
def network(
    bank: Bank,
    new_database: Callable[[], str | None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningNetwork]:
    """The network that a module's tests share."""
    running = RunningNetwork(bank, tmp_path_factory.mktemp("network") / "data", new_database())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def new_network(
    new_database: Callable[[], str | None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., RunningNetwork]]:
    """Starts a network for one test, at a bank, under a public URL and with settings of its
    choice."""
    started: list[RunningNetwork] = []

    def start(bank: Bank, public: str | None = None, **settings: Any) -> RunningNetwork:
        directory = tmp_path_factory.mktemp("network") / "data"
        running = RunningNetwork(bank, directory, new_database(), public, **settings)
        running.start()
        started.append(running)
        return running

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def calendar(network: RunningNetwork) -> Iterator[Calendar]:
    """Moves the shared network's clock; it is set back after the test."""
    moved = Calendar(network.clock)
    yield moved
    moved.go_back()


@pytest.fixture
def new_consumer() -> Iterator[Callable[[RunningNetwork], Consumer]]:
    """Gives a consumer with a new browser."""
    opened: list[Consumer] = []

    def consumer(network: RunningNetwork) -> Consumer:
        opened.append(Consumer(network))
        return opened[-1]

    yield consumer
    for each in opened:
        each.close()


@pytest.fixture
def consumer(
    network: RunningNetwork, new_consumer: Callable[[RunningNetwork], Consumer]
) -> Consumer:
    """A consumer at the shared network."""
    return new_consumer(network)


@pytest.fixture
def app(network: RunningNetwork) -> RecipientApp:
    """The sandbox app at the shared network."""
    return RecipientApp(network, network.secrets.sandbox)


@pytest.fixture
def other_app(network: RunningNetwork) -> RecipientApp:
    """An app of another company at the shared network."""
    return RecipientApp(network, network.secrets.demo)
