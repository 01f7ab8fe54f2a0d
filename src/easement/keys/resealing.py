"""Puts every stored key under another master key, in one transaction.

Killed anywhere, it has happened or it has not. The old master key is destroyed by nobody: as long
as a backup of the database exists, it may be needed.
"""

from easement.keys import sealing, store
from easement.keys.errors import MasterKeyError
from easement.keys.master import MasterKey
from easement.keys.service import TOPIC
from easement.platform import audit
from easement.platform.audit import AuditEvent, AuditKind
from easement.platform.clock import Clock
from easement.platform.db import Database


async def reseal(db: Database, old: MasterKey, new: MasterKey, clock: Clock) -> int:
    """Re-seal from `old` to `new`; the number of keys.

    Running replicas go on with the keys they have opened; a new key they cannot open until they
    are started with the new master key.

    Raises:
        MasterKeyError: `old` does not open the keys, or `new` is no master key; nothing has
            changed.
    """
    # Not within the transaction: it may run a program.
    master, wrapped = new.load_or_create()
    async with db.transaction() as tx:
        await tx.exclusively(TOPIC)
        rows = await store.load_keys(tx)
        if not rows:
            raise MasterKeyError("there are no keys in the database yet; start the network first")
        opening = sealing.load_master(old, rows)
        sealed = [row for row in rows if sealing.is_sealed(row)]
        for row in sealed:
            secret = sealing.open_row(opening, old.name, row)
            again = sealing.seal_for(master, row.id, row.purpose, secret)
            await store.set_sealed(tx, row.id, again)
        await store.delete_wrapped_master(tx)
        if wrapped is not None:
            await store.insert_keys(tx, [sealing.wrapped_row(wrapped, clock.now())])
        resealed = AuditEvent(AuditKind.KEYS_CHANGED, "master key replaced", clock.now())
        await audit.record(tx, resealed)
    return len(sealed)
