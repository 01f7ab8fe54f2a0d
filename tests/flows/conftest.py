"""What several flows share: apps of the profile oauth, and a network of two replicas."""

from collections.abc import Iterator

import pytest

from tests.support.bank import Bank
from tests.support.databases import PostgresServer
from tests.support.network import RunningNetwork
from tests.support.oauth_app import OAuthApp, register


@pytest.fixture(scope="module")
def oauth_app(network: RunningNetwork) -> OAuthApp:
    """An app that follows RFC 9700."""
    return register(network, "Careful Budget")


@pytest.fixture(scope="module")
def other_oauth_app(network: RunningNetwork) -> OAuthApp:
    """One of another company."""
    return register(network, "Careful Ledger")


@pytest.fixture
def replicas(
    own_bank: Bank, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningNetwork, RunningNetwork]]:
    """Both reached under the first one's URL, as behind a load balancer."""
    directory, database = tmp_path_factory.mktemp("replicas") / "data", postgres.fresh()
    first = RunningNetwork(own_bank, directory, database)
    first.start()
    second = RunningNetwork(own_bank, directory, database, public=first.url)
    second.start()
    yield first, second
    second.stop()
    first.stop()
