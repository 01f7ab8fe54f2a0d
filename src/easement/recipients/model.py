"""An app of a data recipient, as the rest of the network sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from easement.fdx.consent_duration import ConsentDuration
from easement.products.model import Product


class SubscriptionStatus(StrEnum):
    """State of an app's subscription to a provider."""

    ACTIVE = "ACTIVE"
    PENDING = "PENDING"
    SUSPENDED = "SUSPENDED"
    DENIED = "DENIED"
    TERMINATED = "TERMINATED"


class Profile(StrEnum):
    """How strictly an app speaks OAuth.

    ``akoya`` is the documented classic flow with its own error bodies; ``oauth`` follows RFC 9700
    (PKCE with S256, RFC 6749 errors, ``iss`` in answers) and may push its requests (RFC 9126).
    """

    AKOYA = "akoya"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True)
class AppSecret:
    """A client secret as it is stored: its keyed hash, and when it stops to count."""

    hash: str = field(repr=False)
    expires_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still opens the door."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True)
class App:
    """A registered client (RFC 6749 2) with its company. `id` is the client_id.

    With `jwks`, its inline public keys, it authenticates by private_key_jwt and by nothing else.
    `id_token_alg` is what its id_tokens are signed with (OIDC Registration 2,
    ``id_token_signed_response_alg``); `consent_duration` the longest it wishes for, None for as
    long as the provider allows.
    """

    id: str
    name: str
    company_id: str
    company_name: str
    logo_url: str | None
    redirect_uris: frozenset[str]
    products: frozenset[Product]
    subscriptions: Mapping[str, SubscriptionStatus]
    secrets: frozenset[AppSecret] = frozenset()
    profile: Profile = Profile.AKOYA
    jwks: Mapping[str, Any] | None = None
    id_token_alg: str = "RS256"  # noqa: S105
    consent_duration: ConsentDuration | None = None
    support_email: str | None = None

    def is_subscribed(self, provider_id: str) -> bool:
        """Whether the app may link consumers and read data at the provider."""
        return self.subscriptions.get(provider_id) is SubscriptionStatus.ACTIVE
