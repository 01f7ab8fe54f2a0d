"""An app of a data recipient, as the rest of the network sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from easement.products.model import Product


class SubscriptionStatus(StrEnum):
    """State of an app's subscription to a provider."""

    ACTIVE = "ACTIVE"
    PENDING = "PENDING"
    SUSPENDED = "SUSPENDED"
    DENIED = "DENIED"
    TERMINATED = "TERMINATED"


@dataclass(frozen=True, slots=True)
class App:
    """A registered client (RFC 6749 2) with its company. `id` is the client_id."""

    id: str
    name: str
    company_id: str
    company_name: str
    logo_url: str | None
    redirect_uris: frozenset[str]
    products: frozenset[Product]
    subscriptions: Mapping[str, SubscriptionStatus]
    secret_hashes: frozenset[str] = field(default=frozenset(), repr=False)

    def is_subscribed(self, provider_id: str) -> bool:
        """Whether the app may link consumers and read data at the provider."""
        return self.subscriptions.get(provider_id) is SubscriptionStatus.ACTIVE
