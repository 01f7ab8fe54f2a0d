"""What the gateway needs from others, handed in by the composition root."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from easement.activity.model import CallRecord
from easement.connectors.ports import Connector
from easement.consent.model import Grant
from easement.providers.model import Provider
from easement.recipients.model import App
from easement.tokens.model import Bearer

T = TypeVar("T")


class ChecksTokens(Protocol):
    """Signature and expiry of id_tokens; checked tokens are remembered."""

    def bearer(self, token: str) -> Bearer:
        """What the token says. Raises `InvalidTokenError`, also for an expired one."""
        ...


class KnowsFamilies(Protocol):
    """Which token families have ended, by a reuse for one. Raises `UnavailableError`."""

    async def family_is_alive(self, family_id: str) -> bool: ...


class KnowsGrants(Protocol):
    """The state of consent, from memory where it is fresh. Raises `UnavailableError`."""

    async def current(self, grant_id: str) -> Grant | None: ...

    async def ended_by_provider(self, grant_id: str) -> None:
        """The bank ended the consumer's permission: end the grant for good, if it is active."""
        ...


class KnowsApps(Protocol):
    """Registered apps. Raises `UnavailableError`."""

    async def current(self, app_id: str) -> App | None: ...


class KnowsProviders(Protocol):
    """The directory. Raises `UnavailableError`."""

    async def current(self, provider_id: str) -> Provider | None: ...


class OpensConnections(Protocol):
    """The bank tokens of a consumer's connection."""

    async def call(
        self, provider_id: str, connection_id: str, do: Callable[[str], Awaitable[T]]
    ) -> T:
        """Run `do` with the bank's access token; if it is rejected, refresh it and run once more.

        A refresh must survive the caller's cancellation: the gateway stops waiting at its time
        limit, and a rotated refresh token that nobody stored would end the connection.

        Raises:
            BankError: `GrantRefusedError` if the bank refuses to refresh; else what `do` raised.
            ConnectionGoneError: the connection was retired.
        """
        ...


class RecordsCalls(Protocol):
    """Takes call records without waiting."""

    def record(self, record: CallRecord) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them, by the names that the pipeline uses."""

    tokens: ChecksTokens
    families: KnowsFamilies
    grants: KnowsGrants
    recipients: KnowsApps
    providers: KnowsProviders
    access: OpensConnections
    connector: Callable[[Provider], Connector]
    calls: RecordsCalls
