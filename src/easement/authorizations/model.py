"""An authorization request and its steps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """Where an authorization stands."""

    PROVIDER = "provider"
    EXCHANGING = "exchanging"
    ACCOUNTS = "accounts"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to it."""
        return self in {Step.APPROVED, Step.CANCELLED, Step.FAILED}


@dataclass(frozen=True, slots=True)
class Request:
    """What an app asked for, checked (RFC 6749 4.1.1, RFC 7636 4.3, OIDC Core 3.1.2.1)."""

    app_id: str
    provider_id: str
    redirect_uri: str
    scope: str
    state: str | None
    nonce: str | None
    code_challenge: str | None
    subject_hint: str | None = None
    """The ``sub`` of its ``id_token_hint``: nobody else may answer this request."""
    pushed_hash: str | None = None
    """The pushed request that it came from (RFC 9126)."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """A request under way in one browser."""

    id: str
    request: Request
    browser_hash: str
    step: Step
    connection_id: str | None
    offered_account_ids: frozenset[str]
    auth_time: datetime | None
    expires_at: datetime
    step_at: datetime
