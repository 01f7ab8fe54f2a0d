"""A real browser in front of a network whose app has a web server of its own.

On SQLite alone: a browser cannot tell which database is behind the pages.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.callback import CallbackServer
from tests.support.chromium import CHROMIUM, started
from tests.support.network import PRIVATE_USE_CALLBACK, RunningNetwork

_TIMEOUT_MS = 20_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser; without one the test is skipped, and the summary says so."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def callback() -> Iterator[CallbackServer]:
    """The app's web server."""
    server = CallbackServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def network(
    chromium: Browser,
    bank: Bank,
    callback: CallbackServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningNetwork]:
    """A network that knows the app's web server."""
    uris = [callback.redirect_uri, PRIVATE_USE_CALLBACK]
    directory = tmp_path_factory.mktemp("network") / "data"
    running = RunningNetwork(bank, directory, None, redirect_uris=uris)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def app(network: RunningNetwork, callback: CallbackServer) -> RecipientApp:
    """The app; its callbacks of earlier tests are forgotten."""
    callback.calls.clear()
    return RecipientApp(network, network.secrets.sandbox)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh profile as wide as a desktop."""
    opened = chromium.new_context()
    opened.set_default_timeout(_TIMEOUT_MS)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab that fails its test if a script fails or the page's policy blocks something."""
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    yield opened
    assert [each for each in complaints if "status of 4" not in each] == []
