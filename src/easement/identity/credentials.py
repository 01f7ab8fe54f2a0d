"""Service credentials: issued, rotated, revoked, and checked."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from easement.identity import store
from easement.identity.errors import UnknownCredentialError, UnknownScopeError
from easement.identity.model import Credential
from easement.identity.scopes import SCOPES, CredentialKind, in_order
from easement.keys.model import KeyRing
from easement.platform.clock import Clock
from easement.platform.crypto import same
from easement.platform.db import Database, Transaction
from easement.platform.ids import new_secret

_NOBODYS = "-" * 43


class ServiceCredentials:
    """The machines of recipients and providers."""

    def __init__(self, db: Database, keys: KeyRing, clock: Clock) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock

    async def authenticate(self, client_id: str, client_secret: str) -> Credential | None:
        """The credential, if `client_secret` is one of its secrets (RFC 6749 2.3.1)."""
        if "\0" in client_id:
            return None  # PostgreSQL refuses to compare a NUL
        presented = self._hash(client_secret)
        now = self._clock.now()
        async with self._db.read() as tx:
            known = await store.live_secret_hashes(tx, client_id, now)
            credential = await store.load_credential(tx, client_id, now)
        # Something is compared and asked of the database whoever it says it is.
        matches = [same(presented, each) for each in known or [_NOBODYS]]
        return credential if any(matches) else None

    async def every(self) -> list[Credential]:
        """All credentials, recipients before providers."""
        async with self._db.read() as tx:
            return await store.every_credential(tx, self._clock.now())

    async def create(
        self,
        tx: Transaction,
        kind: CredentialKind,
        organisation_id: str,
        scopes: Collection[str] = (),
    ) -> tuple[str, str]:
        """A client_id and the secret, which is seen here only. Without `scopes`, all of the kind.

        Raises:
            UnknownScopeError: the kind has no such scope.
        """
        allowed = SCOPES[kind]
        unknown = sorted(set(scopes) - set(allowed))
        if unknown:
            message = f"expected scopes of a {kind}: {', '.join(allowed)}; got {', '.join(unknown)}"
            raise UnknownScopeError(message)
        client_id, client_secret = secrets.token_hex(16), new_secret()
        scope = in_order(frozenset(scopes or allowed))
        now = self._clock.now()
        await store.insert_credential(
            tx, client_id, kind=kind, organisation_id=organisation_id, scope=scope, now=now
        )
        await store.insert_secret(tx, client_id, self._hash(client_secret), now)
        return client_id, client_secret

    async def ensure(
        self,
        tx: Transaction,
        kind: CredentialKind,
        organisation_id: str,
        *,
        client_id: str,
        client_secret: str,
    ) -> None:
        """Let this pair in, for all scopes of its kind, and no other secret of its client_id."""
        await store.delete_credential(tx, client_id)
        now = self._clock.now()
        scope = in_order(frozenset(SCOPES[kind]))
        await store.insert_credential(
            tx, client_id, kind=kind, organisation_id=organisation_id, scope=scope, now=now
        )
        await store.insert_secret(tx, client_id, self._hash(client_secret), now)

    async def rotate_secret(self, tx: Transaction, client_id: str, overlap: timedelta) -> str:
        """A new secret, seen here only; the newest of before counts on for `overlap`.

        Raises:
            UnknownCredentialError: there is no such credential.
        """
        now = self._clock.now()
        await tx.exclusively(f"service credential {client_id}")
        if "\0" in client_id or await store.load_credential(tx, client_id, now) is None:
            raise UnknownCredentialError(client_id)
        client_secret = new_secret()
        await store.expire_secrets(tx, client_id, now + overlap)
        await store.insert_secret(tx, client_id, self._hash(client_secret), now)
        return client_secret

    async def revoke(self, tx: Transaction, client_id: str) -> None:
        """End the credential with all its secrets and tokens.

        Raises:
            UnknownCredentialError: there is no such credential.
        """
        if "\0" in client_id or not await store.delete_credential(tx, client_id):
            raise UnknownCredentialError(client_id)

    def _hash(self, client_secret: str) -> str:
        return self._keys.hash("service_secret", client_secret)
