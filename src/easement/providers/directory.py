"""The directory: which banks there are, and the connector to each."""

from collections.abc import Callable
from datetime import timedelta

from easement.connectors.ports import Connector
from easement.keys.model import KeyRing
from easement.platform.cache import FreshCache
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction
from easement.providers import store
from easement.providers.errors import UnknownProviderError
from easement.providers.model import Policy, Provider

TOPIC = "provider"

BuildConnector = Callable[[Provider], Connector]


class Directory:
    """The providers of this network. `build` makes the connector of a provider."""

    def __init__(
        self,
        db: Database,
        feed: ChangeFeed,
        keys: KeyRing,
        clock: Clock,
        build: BuildConnector,
    ) -> None:
        self._db = db
        self._feed = feed
        self._keys = keys
        self._clock = clock
        self._build = build
        self._providers = FreshCache(feed, TOPIC, self._load, size=10_000)
        self._connectors: dict[str, tuple[Provider, Connector]] = {}

    async def current(self, provider_id: str) -> Provider | None:
        """The provider as it stands."""
        return await self._providers.get(provider_id)

    def connector(self, provider: Provider) -> Connector:
        """The connector to `provider`, kept until its settings change."""
        known = self._connectors.get(provider.id)
        if known is not None and known[0] == provider:
            return known[1]
        connector = self._build(provider)
        self._connectors[provider.id] = (provider, connector)
        return connector

    async def connector_to(self, provider_id: str) -> Connector:
        """Like `connector`, by id.

        Raises:
            UnknownProviderError: there is no such provider.
        """
        provider = await self.current(provider_id)
        if provider is None:
            raise UnknownProviderError(provider_id)
        return self.connector(provider)

    async def count(self) -> int:
        """How many providers there are."""
        async with self._db.read() as tx:
            return await store.count_providers(tx)

    async def register(self, tx: Transaction, provider: Provider) -> None:
        """Make or replace `provider`."""
        duration = provider.policy.consent_duration
        values = {
            "id": provider.id,
            "display_name": provider.display_name,
            "logo_url": provider.logo_url,
            "protocol": provider.protocol,
            "settings": dict(provider.settings),
            "sealed_client_secret": self._keys.seal(
                provider.client_secret.encode(), f"provider:{provider.id}:client_secret"
            ),
            "id_token_lifetime_s": int(provider.policy.id_token_lifetime.total_seconds()),
            "consent_duration_s": None if duration is None else int(duration.total_seconds()),
        }
        await store.save_provider(tx, values, self._clock.now())
        await self._feed.announce(tx, TOPIC, provider.id)

    async def _load(self, provider_id: str) -> Provider | None:
        async with self._db.read() as tx:
            row = await store.load_provider(tx, provider_id)
        if row is None:
            return None
        duration = row.consent_duration_s
        return Provider(
            id=row.id,
            display_name=row.display_name,
            logo_url=row.logo_url,
            protocol=row.protocol,
            settings=row.settings,
            client_secret=self._keys.unseal(
                row.sealed_client_secret, f"provider:{row.id}:client_secret"
            ).decode(),
            policy=Policy(
                id_token_lifetime=timedelta(seconds=row.id_token_lifetime_s),
                consent_duration=None if duration is None else timedelta(seconds=duration),
            ),
        )
