"""What a bank's officer sets: its policy and its maintenance windows, in a running network."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from easement.main.providers import ProviderAdministration, open_administration
from tests.support.network import RunningNetwork

T = TypeVar("T")


def decide(network: RunningNetwork, **policy: Any) -> None:
    """Set Mikomo's policy; the network follows within a second."""
    _administer(network, lambda directory: directory.set_policy("mikomo", policy))


def close(network: RunningNetwork, starts_at: datetime, ends_at: datetime) -> str:
    """Add a maintenance window of Mikomo; its id."""
    return _administer(
        network,
        lambda directory: directory.add_maintenance("mikomo", starts_at, ends_at, "Work"),
    ).id


def reopen(network: RunningNetwork, window_id: str) -> None:
    """Take a maintenance window back."""
    assert _administer(network, lambda directory: directory.remove_maintenance("mikomo", window_id))


def _administer(network: RunningNetwork, do: Callable[[ProviderAdministration], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_administration(network.settings) as directory:
            return await do(directory)

    return asyncio.run(run())
