"""How often somebody may fail to prove who they are, or send consumers to `/auth`.

Three keys are counted for each failure, so that guessing stops without giving anybody a way to
lock out another: a client at one address soon, an address whatever client it names later, a client
from wherever only when very many fail. An address that has not failed is hurt by the last alone.
"""

from collections.abc import Sequence

from starlette.requests import Request

from easement.platform.audit import Audit, AuditEvent, AuditKind
from easement.platform.clock import Clock
from easement.platform.throttle import Key, Limit, Throttle
from easement.web.peers import Peers

CLIENT_AT_ADDRESS = Limit("client_at_address", at_most=100)
ADDRESS = Limit("address", at_most=1_000)
CLIENT = Limit("client", at_most=10_000)
AUTHORIZATIONS = Limit("authorizations", at_most=3_000, uncounted=30)
LIMITS = (CLIENT_AT_ADDRESS, ADDRESS, CLIENT, AUTHORIZATIONS)


class Attempts:
    """What the endpoints ask before they look at a proof, and tell when it was none."""

    def __init__(self, throttle: Throttle, peers: Peers, audit: Audit, clock: Clock) -> None:
        self._throttle = throttle
        self._peers = peers
        self._audit = audit
        self._clock = clock

    def of_client(self, request: Request, client_id: str | None) -> Sequence[Key]:
        """The keys of somebody who says they are `client_id`, known here or not.

        Raises:
            TooManyAttemptsError: they have to wait; a good proof would be refused as well, or
                guessing would go on.
        """
        peer, claimed = self._peers.of(request), client_id or ""
        keys = [Key(CLIENT, (claimed,))]
        if peer is not None:
            keys.append(Key(ADDRESS, (peer,)))
            keys.append(Key(CLIENT_AT_ADDRESS, (claimed, peer)))
        self._throttle.check(keys)
        return keys

    async def failed(self, keys: Sequence[Key], reason: str, app_id: str | None) -> None:
        """Count and note a proof that was none; `app_id` only where there is such a client."""
        self._note(AuditKind.CLIENT_REFUSED, reason, app_id)
        for limit in await self._throttle.count(keys):
            self._note(AuditKind.THROTTLED, limit.name, app_id)

    async def authorization(self, request: Request) -> None:
        """Count a request to `/auth`, good or not: each writes something down.

        Raises:
            TooManyAttemptsError: its sender has to wait.
        """
        peer = self._peers.of(request)
        if peer is None:
            return
        keys = [Key(AUTHORIZATIONS, (peer,))]
        self._throttle.check(keys)
        for limit in await self._throttle.count(keys):
            self._note(AuditKind.THROTTLED, limit.name, None)

    def _note(self, kind: AuditKind, reason: str, app_id: str | None) -> None:
        self._audit.record(AuditEvent(kind, reason, self._clock.now(), app_id=app_id))
