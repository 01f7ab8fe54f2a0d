"""How a key lies in its row: sealed under the master key, as that row's and no other's."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import Key

from easement.keys.algorithms import key_of
from easement.keys.errors import MasterKeyError
from easement.keys.master import MasterKey
from easement.keys.model import DataKey, KeyContents, SigningKey
from easement.platform import crypto
from easement.platform.ids import new_id

Rows = Sequence[Any]

MASTER, DATA, PEPPER, SUBJECT, SIGNING = "master", "data", "pepper", "subject", "signing"


def load_master(source: MasterKey, rows: Rows) -> bytes:
    """The master key of the database with these rows.

    Raises:
        MasterKeyError: it is missing, malformed or another one's.
    """
    wrapped = next((row.sealed for row in rows if row.purpose == MASTER), None)
    master = source.load(wrapped)
    require_opens(master, source.name, rows)
    return master


def require_opens(master: bytes, name: str, rows: Rows) -> None:
    """Open every stored key. Raises `MasterKeyError`."""
    for row in rows:
        if is_sealed(row):
            open_row(master, name, row)


def is_sealed(row: Any) -> bool:
    """Whether the row holds something under the master key."""
    return row.purpose != MASTER and bool(row.sealed)


def open_row(master: bytes, name: str, row: Any) -> bytes:
    """The secret of a row. Raises `MasterKeyError`."""
    try:
        return crypto.unseal(master, row.sealed, _context(row.id, row.purpose))
    except crypto.SealBrokenError as error:
        raise MasterKeyError(
            f"the stored keys do not open with the master key in {name}; restore the master key "
            "that belongs to this database"
        ) from error


def seal_for(master: bytes, key_id: str, purpose: str, secret: bytes) -> bytes:
    """What `open_row` opens."""
    return crypto.seal(master, secret, _context(key_id, purpose))


def symmetric_row(
    master: bytes, purpose: str, created_at: datetime, used_from: datetime
) -> dict[str, Any]:
    """A new row with a new 256-bit key."""
    key_id = new_id("key")
    return {
        "id": key_id,
        "purpose": purpose,
        "algorithm": "A256GCM" if purpose == DATA else "HS256",
        "sealed": seal_for(master, key_id, purpose, crypto.new_key()),
        "public_jwk": None,
        "created_at": created_at,
        "used_from": used_from,
        "longest_token_s": None,
    }


def signing_row(
    master: bytes,
    private: Key,
    *,
    created_at: datetime,
    used_from: datetime,
    longest_token: timedelta,
) -> dict[str, Any]:
    """A new row with a new signing key."""
    public: dict[str, Any] = dict(private.as_dict(private=False))
    secret = json.dumps(private.as_dict(private=True)).encode()
    return {
        "id": public["kid"],
        "purpose": SIGNING,
        "algorithm": public["alg"],
        "sealed": seal_for(master, public["kid"], SIGNING, secret),
        "public_jwk": public,
        "created_at": created_at,
        "used_from": used_from,
        "longest_token_s": int(longest_token.total_seconds()),
    }


def wrapped_row(wrapped: bytes, created_at: datetime) -> dict[str, Any]:
    """The row of a master key that an outside service wrapped."""
    return {
        "id": new_id("key"),
        "purpose": MASTER,
        "algorithm": "wrapped",
        "sealed": wrapped,
        "public_jwk": None,
        "created_at": created_at,
        "used_from": created_at,
        "longest_token_s": None,
    }


def contents_of(rows: Rows, opened: Mapping[str, bytes], default: timedelta) -> KeyContents:
    """What the rows say, as far as they are opened: a key that is not has no private part.

    `default` stands for a longest token that no row names.
    """
    data: list[DataKey] = []
    single: dict[str, bytes] = {}
    for row in rows:
        secret = opened.get(row.id)
        if row.purpose == DATA and secret is not None:
            data.append(DataKey(row.id, secret, row.used_from or row.created_at))
        elif secret is not None:
            single[row.purpose] = secret
    signing = tuple(
        signing_key(row, opened.get(row.id), default) for row in rows if row.purpose == SIGNING
    )
    return KeyContents(signing, tuple(data), single[PEPPER], single[SUBJECT])


def signing_key(row: Any, secret: bytes | None, default: timedelta) -> SigningKey:
    """The signing key of a row, with its private part where that was opened."""
    seconds = row.longest_token_s
    return SigningKey(
        kid=row.id,
        algorithm=row.algorithm,
        public=key_of(row.public_jwk),
        private=None if secret is None else key_of(json.loads(secret)),
        created_at=row.created_at,
        used_from=row.used_from or row.created_at,
        used_until=row.used_until,
        longest_token=default if seconds is None else timedelta(seconds=seconds),
    )


def _context(key_id: str, purpose: str) -> str:
    return f"key:{key_id}:{purpose}"
