"""Opens the key ring, making the keys that do not exist yet."""

import json
from typing import Any, Protocol

from joserfc.jwk import Key, KeySet, RSAKey

from easement.keys import store
from easement.keys.errors import MasterKeyError
from easement.keys.model import KeyRing, SigningKey
from easement.platform import crypto
from easement.platform.clock import Clock
from easement.platform.db import Database
from easement.platform.ids import new_id

_SYMMETRIC = ("data", "pepper", "subject")


class MasterKey(Protocol):
    """Where the master key comes from. Both raise `MasterKeyError`."""

    def load(self) -> bytes: ...

    def load_or_create(self) -> bytes: ...


async def open_key_ring(db: Database, master_key: MasterKey, clock: Clock) -> KeyRing:
    """The ring of all stored keys; first start makes them.

    Raises:
        MasterKeyError: the stored keys were sealed under another master key.
    """
    async with db.transaction() as tx:
        # Two replicas that start at once must not make two sets.
        await tx.exclusively("keys")
        rows = await store.load_keys(tx)
        # A lost master key must not be replaced by a new one that opens nothing.
        master = master_key.load() if rows else master_key.load_or_create()
        present = {row.purpose for row in rows}
        missing = [
            _row(master, purpose, crypto.new_key())
            for purpose in _SYMMETRIC
            if purpose not in present
        ]
        if "signing" not in present:
            missing.append(_new_signing_key(master))
        if missing:
            await store.insert_keys(tx, [{**row, "created_at": clock.now()} for row in missing])
            rows = await store.load_keys(tx)
    return _ring(rows, master)


def _row(
    master: bytes, purpose: str, secret: bytes, public_jwk: dict[str, Any] | None = None
) -> dict[str, Any]:
    key_id = public_jwk["kid"] if public_jwk else new_id("key")
    return {
        "id": key_id,
        "purpose": purpose,
        "algorithm": public_jwk["alg"] if public_jwk else "A256GCM",
        "sealed": crypto.seal(master, secret, f"key:{key_id}:{purpose}"),
        "public_jwk": public_jwk,
    }


def _new_signing_key(master: bytes) -> dict[str, Any]:
    key = RSAKey.generate_key(2048, private=True)
    named = {"kid": new_id("key"), "use": "sig", "alg": "RS256"}
    private = json.dumps({**key.as_dict(private=True), **named}).encode()
    return _row(master, "signing", private, {**key.as_dict(private=False), **named})


def _ring(rows: Any, master: bytes) -> KeyRing:
    opened: dict[str, bytes] = {}
    published: list[Key] = []
    signing: SigningKey | None = None
    for row in rows:
        try:
            secret = crypto.unseal(master, row.sealed, f"key:{row.id}:{row.purpose}")
        except crypto.SealBrokenError as error:
            raise MasterKeyError(
                "the stored keys do not open with this master key; restore the master key that "
                "belongs to this database"
            ) from error
        if row.purpose == "signing":
            signing = SigningKey(row.id, row.algorithm, RSAKey.import_key(json.loads(secret)))
            published.append(RSAKey.import_key(row.public_jwk))
        else:
            opened[row.purpose] = secret
    if signing is None:
        raise MasterKeyError("there is no signing key in the database")
    return KeyRing(signing, KeySet(published), opened["data"], opened["pepper"], opened["subject"])
