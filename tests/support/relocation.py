"""A provider that is reached elsewhere, in a running network."""

import asyncio
from dataclasses import replace

from easement.main.providers import open_administration
from tests.support.network import RunningNetwork


def relocate(network: RunningNetwork, **settings: str) -> None:
    """Change settings of Mikomo's connector, such as ``api_url``; the network follows within a
    second."""
    asyncio.run(_relocate(network, settings))


async def _relocate(network: RunningNetwork, settings: dict[str, str]) -> None:
    async with open_administration(network.settings) as administration:
        provider = await administration.one("mikomo")
        moved = replace(provider, settings={**provider.settings, **settings})
        async with administration.db.transaction() as tx:
            await administration.directory.register(tx, moved)
