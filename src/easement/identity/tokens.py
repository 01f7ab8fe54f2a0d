"""Tokens for service APIs: opaque, stored as keyed hashes, good for a day."""

from datetime import timedelta
from typing import Final

from easement.identity import store
from easement.identity.errors import ServiceTokenRefusal
from easement.identity.model import Credential, ServiceToken
from easement.identity.scopes import in_order
from easement.keys.model import KeyRing
from easement.platform import audit
from easement.platform.audit import AuditEvent, AuditKind
from easement.platform.clock import Clock
from easement.platform.db import Database
from easement.platform.ids import new_secret

LIFETIME: Final = timedelta(hours=24)
_LONGEST = 200


class ServiceTokens:
    """Issues and checks service tokens.

    Their hashes are of a kind of their own, so that no code, access token or refresh token of the
    data side is ever found here.
    """

    def __init__(self, db: Database, keys: KeyRing, clock: Clock) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock

    async def issue(self, credential: Credential, scopes: frozenset[str]) -> str:
        """A token; the only time it is seen in clear."""
        token = new_secret()
        now = self._clock.now()
        async with self._db.transaction() as tx:
            await store.insert_token(
                tx,
                self._hash(token),
                client_id=credential.client_id,
                scope=in_order(scopes),
                now=now,
                expires_at=now + LIFETIME,
            )
            await audit.record(
                tx,
                AuditEvent(
                    AuditKind.SERVICE_TOKEN_ISSUED,
                    in_order(scopes),
                    now,
                    app_id=credential.client_id,
                ),
            )
        return token

    async def find(self, token: str) -> ServiceToken | None:
        """What the token stands for, while it lives and its credential is not revoked."""
        if len(token) > _LONGEST:
            return None
        async with self._db.read() as tx:
            found = await store.load_token(tx, self._hash(token))
        return found if found is not None and self._clock.now() < found.expires_at else None

    async def check(self, token: str, scope: str) -> ServiceToken | ServiceTokenRefusal:
        """The token, if it is good for a call that needs `scope`."""
        found = await self.find(token)
        if found is None:
            return ServiceTokenRefusal.INVALID
        return found if scope in found.scopes else ServiceTokenRefusal.INSUFFICIENT_SCOPE

    async def forget_expired(self) -> None:
        """Job: delete tokens past their date, and secrets whose overlap is over."""
        async with self._db.transaction() as tx:
            await store.delete_expired(tx, self._clock.now())

    def _hash(self, token: str) -> str:
        return self._keys.hash("service_token", token)
