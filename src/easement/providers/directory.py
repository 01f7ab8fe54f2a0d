"""The directory: which banks there are, and the connector to each."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from easement.connectors.ports import Connector
from easement.keys.model import KeyRing
from easement.platform import audit
from easement.platform.audit import AuditEvent, AuditKind
from easement.platform.cache import FreshCache
from easement.platform.changes import ChangeFeed
from easement.platform.clock import Clock
from easement.platform.db import Database, Transaction
from easement.providers import store
from easement.providers.errors import UnknownProviderError
from easement.providers.model import MaintenanceWindow, Policy, Provider, RefreshTokenPolicy
from easement.providers.policy import read_rules, seconds_of, write_rules

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
        self._connectors: dict[str, tuple[object, Connector]] = {}

    async def current(self, provider_id: str) -> Provider | None:
        """The provider as it stands."""
        return await self._providers.get(provider_id)

    def connector(self, provider: Provider) -> Connector:
        """The connector to `provider`, kept until its settings change."""
        known = self._connectors.get(provider.id)
        reached_by = (
            *(provider.protocol, provider.settings),
            *(provider.client_secret, provider.client_keys),
        )
        if known is not None and known[0] == reached_by:
            return known[1]
        connector = self._build(provider)
        self._connectors[provider.id] = (reached_by, connector)
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

    async def ids(self) -> list[str]:
        """All providers."""
        async with self._db.read() as tx:
            return await store.provider_ids(tx)

    async def register(self, tx: Transaction, provider: Provider) -> None:
        """Make or replace `provider`; its maintenance windows are set one by one."""
        values = {
            "id": provider.id,
            "display_name": provider.display_name,
            "logo_url": provider.logo_url,
            "protocol": provider.protocol,
            "settings": dict(provider.settings),
            "sealed_client_secret": self._keys.seal(
                provider.client_secret.encode(), f"provider:{provider.id}:client_secret"
            ),
            "sealed_client_keys": self._sealed_keys(provider),
            **_policy_values(provider.policy),
        }
        await store.save_provider(tx, values, self._clock.now())
        await self._feed.announce(tx, TOPIC, provider.id)

    async def set_policy(self, tx: Transaction, provider_id: str, policy: Policy) -> None:
        """Replace the provider's policy.

        Raises:
            UnknownProviderError: there is no such provider.
        """
        if not await store.save_policy(tx, provider_id, _policy_values(policy)):
            raise UnknownProviderError(provider_id)
        await self._feed.announce(tx, TOPIC, provider_id)
        await audit.record(
            tx,
            AuditEvent(
                AuditKind.POLICY_CHANGED, "replaced", self._clock.now(), provider_id=provider_id
            ),
        )

    async def add_maintenance(
        self, tx: Transaction, provider_id: str, window: MaintenanceWindow
    ) -> None:
        """Add a maintenance window to a provider that exists."""
        await store.insert_window(tx, provider_id, window, self._clock.now())
        await self._feed.announce(tx, TOPIC, provider_id)

    async def remove_maintenance(self, tx: Transaction, provider_id: str, window_id: str) -> bool:
        """Take a maintenance window back; False if the provider has no such window."""
        removed = await store.delete_window(tx, provider_id, window_id)
        if removed:
            await self._feed.announce(tx, TOPIC, provider_id)
        return removed

    async def _load(self, provider_id: str) -> Provider | None:
        async with self._db.read() as tx:
            row = await store.load_provider(tx, provider_id)
            windows = await store.load_windows(tx, provider_id)
        if row is None:
            return None
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
                consent_duration=_duration(row.consent_duration_s),
                rules=read_rules(row.rules or []),
                tokenized_routing_number=row.tokenized_routing_number,
                refresh_token_policy=RefreshTokenPolicy(
                    row.refresh_token_policy or RefreshTokenPolicy.PERPETUAL
                ),
                refresh_token_lifetime=_duration(row.refresh_token_lifetime_s),
                one_time_consent=bool(row.one_time_consent),
            ),
            maintenance=windows,
            client_keys=self._client_keys(row.id, row.sealed_client_keys),
        )

    def _sealed_keys(self, provider: Provider) -> bytes | None:
        if not provider.client_keys:
            return None
        keys = json.dumps(provider.client_keys).encode()
        return self._keys.seal(keys, f"provider:{provider.id}:client_keys")

    def _client_keys(self, provider_id: str, sealed: bytes | None) -> tuple[Mapping[str, Any], ...]:
        if sealed is None:
            return ()
        keys = self._keys.unseal(sealed, f"provider:{provider_id}:client_keys")
        return tuple(json.loads(keys))


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _policy_values(policy: Policy) -> dict[str, Any]:
    return {
        "id_token_lifetime_s": seconds_of(policy.id_token_lifetime),
        "consent_duration_s": seconds_of(policy.consent_duration),
        "one_time_consent": policy.one_time_consent,
        "refresh_token_policy": policy.refresh_token_policy,
        "refresh_token_lifetime_s": seconds_of(policy.refresh_token_lifetime),
        "rules": write_rules(policy.rules),
        "tokenized_routing_number": policy.tokenized_routing_number,
    }
