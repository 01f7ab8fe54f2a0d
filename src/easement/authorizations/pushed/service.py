"""Takes pushed requests, gives them back to the browser, and lets each be decided once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from easement.authorizations.pushed import store
from easement.authorizations.settings import AuthorizationSettings
from easement.keys.model import KeyRing
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction
from easement.platform.ids import new_secret

PREFIX = "urn:ietf:params:oauth:request_uri:"

# Longer than a consumer may take: a request under way must still find what it claims.
_KEEP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PushedRequest:
    """What an app pushed; `hash` names it without letting anybody start it."""

    hash: str
    app_id: str
    parameters: Mapping[str, str]


class PushedRequests:
    """Requests that apps have pushed (RFC 9126)."""

    def __init__(
        self, db: Database, keys: KeyRing, clock: Clock, settings: AuthorizationSettings
    ) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock
        self._settings = settings

    @property
    def lifetime(self) -> timedelta:
        """How long a request URI opens its request in a browser."""
        return self._settings.pushed_lifetime

    async def push(self, app_id: str, parameters: Mapping[str, str]) -> str:
        """Keep `parameters`; the request URI, of 256 random bits (RFC 9126 2.2)."""
        request_uri = PREFIX + new_secret()
        request_hash = self._hash(request_uri)
        sealed = self._keys.seal(json.dumps(dict(parameters)).encode(), _context(request_hash))
        async with self._db.transaction() as tx:
            await store.insert_request(
                tx, request_hash, app_id, sealed, self._clock.now() + self.lifetime
            )
        return request_uri

    async def find(self, request_uri: str, app_id: str) -> PushedRequest | None:
        """What `app_id` pushed under that URI, while it lives and nothing was decided on it.

        Looking does not use it up: link scanners and reloads look too (FAPI 2.0 5.3.2.2).
        """
        request_hash = self._hash(request_uri)
        async with self._db.read() as tx:
            row = await store.load_request(tx, request_hash)
        if row is None or row.app_id != app_id or row.claimed_at is not None:
            return None
        if self._clock.now() >= row.expires_at:
            return None
        parameters = json.loads(self._keys.unseal(row.sealed, _context(request_hash)))
        return PushedRequest(request_hash, app_id, parameters)

    async def claim(self, tx: Transaction, request_hash: str) -> bool:
        """The consumer decided; True for the first decision on this request."""
        return await store.claim_request(tx, request_hash, self._clock.now())

    async def forget_old(self, tx: Transaction) -> None:
        """Delete what can be neither begun nor decided any more."""
        await store.delete_older(tx, self._clock.now() - _KEEP)

    async def forget_all(self, tx: Transaction) -> None:
        """Back to the seed: nothing was pushed."""
        await store.delete_all(tx)

    def _hash(self, request_uri: str) -> str:
        return self._keys.hash("request_uri", request_uri)


def _context(request_hash: str) -> str:
    return f"pushed_request:{request_hash}"
