"""The network's own document, as a network serves it."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.bank import Bank
from tests.support.network import RunningNetwork

Json = dict[str, Any]


@pytest.fixture(scope="module")
def sandbox_network(
    bank: Bank, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningNetwork]:
    """A network on SQLite; what it says of itself does not depend on the database."""
    running = RunningNetwork(bank, tmp_path_factory.mktemp("network") / "data", None)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def document(sandbox_network: RunningNetwork) -> Json:
    """Its OpenAPI document."""
    answer = requests.get(f"{sandbox_network.url}/openapi.json", timeout=30)
    assert answer.status_code == 200
    found: Json = answer.json()
    return found
