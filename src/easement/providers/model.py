"""A data provider and a consumer's connection to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """What a provider decides for all apps.

    `consent_duration` None: the grant lasts until somebody ends it.
    """

    id_token_lifetime: timedelta
    consent_duration: timedelta | None


@dataclass(frozen=True, slots=True)
class Provider:
    """A bank in the directory. `settings` belong to its connector's protocol."""

    id: str
    display_name: str
    logo_url: str | None
    protocol: str
    settings: Mapping[str, str]
    client_secret: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class SealedConnection:
    """A connection as it is stored. `retire_at` is set once its grant has ended."""

    id: str
    provider_id: str
    sealed: bytes
    retire_at: datetime | None
    retire_attempts: int


@dataclass(frozen=True, slots=True)
class Connection:
    """A consumer's link to a provider, with the bank's tokens opened. Never logged."""

    id: str
    provider_id: str
    login: str
    name: str | None
    email: str | None
    email_verified: bool
    access_token: str
    refresh_token: str | None
