"""The record of one product call."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One product call and its result.

    `app_id` and `grant_id` are None when the token did not say; `provider_id` is None when the
    path named no provider of the app. `status` is the HTTP status, `code` that of the error body.
    `bank_ms` is the share of `total_ms` (milliseconds) spent on the bank. The last three are what
    the app's headers said.
    """

    at: datetime
    interaction_id: str
    app_id: str | None
    grant_id: str | None
    provider_id: str | None
    product: str
    version: str
    status: int
    code: int | None
    bank_ms: float
    total_ms: float
    interaction_type: str | None
    intent_type: str | None
    last_access: datetime | None
