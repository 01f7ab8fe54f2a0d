"""Puts what providers and connections keep sealed under the data key that seals now."""

from easement.keys.model import KeyRing
from easement.platform.clock import SystemClock
from easement.platform.db import Database
from easement.providers import store

_BATCH = 200


async def reseal_client_secrets(db: Database, keys: KeyRing) -> int:
    """Re-seal the network's client secrets and keys at banks; how many there were to do."""
    done = 0
    async with db.transaction() as tx:
        for provider_id, sealed in await store.sealed_client_secrets(tx):
            again = keys.reseal(sealed, f"provider:{provider_id}:client_secret")
            if again is not None:
                done += await store.replace_client_secret(tx, provider_id, sealed, again)
        for provider_id, sealed in await store.sealed_client_keys(tx):
            again = keys.reseal(sealed, f"provider:{provider_id}:client_keys")
            if again is not None:
                done += await store.replace_client_keys(tx, provider_id, sealed, again)
    return done


async def reseal_connections(db: Database, keys: KeyRing) -> tuple[int, int]:
    """Re-seal the connections, batch by batch; how many were done, and how many were not because
    their tokens were being refreshed.

    Cut off anywhere, every connection is under one key or the other, and both open.
    """
    done = busy = 0
    after = ""
    while True:
        async with db.transaction() as tx:
            batch = await store.connections_after(tx, after, _BATCH)
            for stored in batch:
                again = keys.reseal(stored.sealed, f"connection:{stored.id}")
                if again is None:
                    continue
                # A refresh replaces the seal that it has read: it must find that one.
                replaced = await store.replace_idle_seal(
                    tx, stored.id, stored.sealed, again, SystemClock().now()
                )
                done += replaced
                busy += not replaced
        if len(batch) < _BATCH:
            return done, busy
        after = batch[-1].id
