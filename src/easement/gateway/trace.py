"""What is known of a call so far, filled in as the pipeline learns it; ends as a call record."""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from easement.activity.model import CallRecord
from easement.gateway.answer import Answer


@dataclass(slots=True)
class Trace:
    """`started` is a `perf_counter` reading. Only what was verified is set: a record must not
    carry whatever text a stranger put into a path or token."""

    interaction_id: str
    at: datetime
    started: float
    product: str
    version: str = ""
    app_id: str | None = None
    grant_id: str | None = None
    provider_id: str | None = None
    bank_ms: float = 0.0
    interaction_type: str | None = None
    intent_type: str | None = None
    last_access: datetime | None = None

    def record(self, answer: Answer) -> CallRecord:
        """The record of the call that was answered by `answer`."""
        return CallRecord(
            at=self.at,
            interaction_id=self.interaction_id,
            app_id=self.app_id,
            grant_id=self.grant_id,
            provider_id=self.provider_id,
            product=self.product,
            version=self.version,
            status=answer.status,
            code=answer.code,
            bank_ms=self.bank_ms,
            total_ms=(perf_counter() - self.started) * 1000,
            interaction_type=self.interaction_type,
            intent_type=self.intent_type,
            last_access=self.last_access,
        )
