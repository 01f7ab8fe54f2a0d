"""The network's private keys as a bank's client: sealed, and sealed anew."""

from dataclasses import replace

from sqlalchemy import select

from easement.keys import algorithms
from easement.keys.rotation import Rotation
from easement.keys.service import open_keys
from easement.keys.settings import KeySettings
from easement.providers.resealing import reseal_client_secrets
from easement.providers.tables import providers
from tests.domain.conftest import MASTER, Ground, replica


async def test_a_client_key_is_sealed_and_opens_in_every_replica(ground: Ground) -> None:
    key = algorithms.generate("ES256")
    private = dict(key.as_dict(private=True))
    async with ground.db.transaction() as tx:
        await ground.directory.register(tx, replace(ground.provider, client_keys=(private,)))
    async with ground.db.read() as tx:
        sealed = (await tx.execute(select(providers.c.sealed_client_keys))).scalar_one()
    assert private["d"].encode() not in sealed

    other = await replica(ground.db, ground.bank)
    found = await other.directory.current("bank")
    assert found is not None
    assert found.client_keys == (private,)


async def test_a_client_key_is_sealed_anew_with_the_secrets(ground: Ground) -> None:
    private = dict(algorithms.generate("ES256").as_dict(private=True))
    async with ground.db.transaction() as tx:
        await ground.directory.register(tx, replace(ground.provider, client_keys=(private,)))
    settings = KeySettings()
    keys = await open_keys(ground.db, ground.feed, MASTER, ground.clock, settings)
    await Rotation(keys, ground.clock, settings).add_data_key()
    ground.clock.advance(settings.settling)

    assert await reseal_client_secrets(ground.db, keys.ring) == 2
    assert await reseal_client_secrets(ground.db, keys.ring) == 0

    found = await (await replica(ground.db, ground.bank)).directory.current("bank")
    assert found is not None
    assert found.client_keys == (private,)
