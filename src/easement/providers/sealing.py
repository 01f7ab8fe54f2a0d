"""How a connection lies in its row: one sealed value, as that row's and no other's."""

import json

from easement.keys.model import KeyRing
from easement.providers.model import Connection, SealedConnection


def seal(keys: KeyRing, connection: Connection) -> bytes:
    """Everything that a bank's customer or token could be told from."""
    content = {
        "login": connection.login,
        "name": connection.name,
        "email": connection.email,
        "email_verified": connection.email_verified,
        "access_token": connection.access_token,
        "refresh_token": connection.refresh_token,
    }
    return keys.seal(json.dumps(content).encode(), f"connection:{connection.id}")


def unseal(keys: KeyRing, stored: SealedConnection) -> Connection:
    """Raises `SealBrokenError`."""
    content = json.loads(keys.unseal(stored.sealed, f"connection:{stored.id}"))
    return Connection(
        id=stored.id, provider_id=stored.provider_id, ends_at=stored.ends_at, **content
    )
