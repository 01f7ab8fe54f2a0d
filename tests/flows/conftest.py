"""Apps of the profile oauth at the shared network."""

import pytest

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
