"""A consumer's session in one browser."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConsumerSession:
    """`scope` is what the app was granted; `auth_time` when the consumer signed in at the bank."""

    app_id: str
    provider_id: str
    grant_id: str
    scope: str
    auth_time: datetime
    expires_at: datetime
