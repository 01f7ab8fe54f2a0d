"""A data provider and a consumer's connection to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from easement.providers.entitlements import Rule


class RefreshTokenPolicy(StrEnum):
    """How long a bank's refresh tokens count."""

    PERPETUAL = "perpetual"
    SET = "set"  # for a time from the consumer's sign-in on, however often they are refreshed
    ROLLING = "rolling"  # for a time from the last refresh on


@dataclass(frozen=True, slots=True)
class Policy:
    """What a provider decides.

    `consent_duration` None: the grant lasts until somebody ends it. `rules` are its entitlements.
    `tokenized_routing_number` goes with tokenized account numbers, which need one.
    `refresh_token_lifetime` goes with every `refresh_token_policy` but perpetual. With
    `one_time_consent` no app gets a refresh token: a grant lasts as long as its first id_token.
    """

    id_token_lifetime: timedelta
    consent_duration: timedelta | None
    rules: tuple[Rule, ...] = ()
    tokenized_routing_number: str | None = None
    refresh_token_policy: RefreshTokenPolicy = RefreshTokenPolicy.PERPETUAL
    refresh_token_lifetime: timedelta | None = None
    one_time_consent: bool = False


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """A time in which a provider is not asked for anything, from `starts_at` until `ends_at`."""

    id: str
    starts_at: datetime
    ends_at: datetime
    title: str

    def covers(self, now: datetime) -> bool:
        """Whether the window is open."""
        return self.starts_at <= now < self.ends_at


@dataclass(frozen=True, slots=True)
class Provider:
    """A bank in the directory. `settings` belong to its connector's protocol.

    `client_secret` is empty where the network proves itself otherwise; `client_keys` are private
    JWKs for that, the one that signs first, and any older ones that are still published.
    """

    id: str
    display_name: str
    logo_url: str | None
    protocol: str
    settings: Mapping[str, str]
    client_secret: str
    policy: Policy
    maintenance: tuple[MaintenanceWindow, ...] = ()
    client_keys: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class SealedConnection:
    """A connection as it is stored. `retire_at` is set once its grant has ended,
    `refresh_started_at` while the answer to a refresh is not known, `ends_at` where the bank's
    permission ends by itself."""

    id: str
    provider_id: str
    sealed: bytes
    retire_at: datetime | None
    retire_attempts: int
    refresh_started_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A consumer's link to a provider, with the bank's tokens opened. Never logged.

    `ends_at` is when the bank's permission ends by itself, None where it does not.
    """

    id: str
    provider_id: str
    login: str
    name: str | None
    email: str | None
    email_verified: bool
    access_token: str
    refresh_token: str | None
    ends_at: datetime | None = None
