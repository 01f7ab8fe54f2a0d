"""Notes in the audit log which check refused an authorization request."""

from easement.authserver.authorize.request import PendingRequest
from easement.platform.audit import Audit, AuditEvent, AuditKind
from easement.platform.clock import Clock


class Refusals:
    """Takes what a check or the consumer's missing session refused."""

    def __init__(self, audit: Audit, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock

    def note(self, pending: PendingRequest | None, reason: str | None = None) -> None:
        """Note the check that refused, or another reason; of a request that was not pushed here,
        nothing is known."""
        app = None if pending is None else pending.app
        provider = None if pending is None else pending.provider
        self._audit.record(
            AuditEvent(
                AuditKind.AUTHORIZATION_REFUSED,
                reason or (None if pending is None else pending.refused_by) or "pushed_request",
                self._clock.now(),
                app_id=None if app is None else app.id,
                provider_id=None if provider is None else provider.id,
            )
        )
