"""What the gateway needs from others, handed in by the composition root."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from easement.activity.model import CallRecord
from easement.connectors.ports import Connector
from easement.consent.model import Grant
from easement.providers.model import Provider
from easement.recipients.model import App
from easement.tokens.model import Bearer, TokenFacts

T = TypeVar("T")


class ChecksTokens(Protocol):
    """Signature and expiry of id_tokens; checked tokens are remembered."""

    async def bearer(self, token: str) -> Bearer:
        """What the token says.

        Raises:
            InvalidTokenError: not one of ours, or expired.
            UnavailableError: that cannot be told now.
        """
        ...


class KnowsAccessTokens(Protocol):
    """Opaque access tokens; those met lately are remembered. Raises `UnavailableError`."""

    async def access_token(self, token: str) -> TokenFacts | None:
        """What the token is, whether its time has run out or not; None if it is not one of ours."""
        ...


class KnowsFamilies(Protocol):
    """Which token families have ended, by a reuse for one. Raises `UnavailableError`."""

    async def family_is_alive(self, family_id: str) -> bool: ...


class KnowsGrants(Protocol):
    """The state of consent, from memory where it is fresh. Raises `UnavailableError`."""

    async def current(self, grant_id: str) -> Grant | None: ...

    async def ended_by_provider(self, grant_id: str, reason: str) -> None:
        """The bank gives nothing more: end the grant for good, if it is active, and record why."""
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


class TokenizesAccountNumbers(Protocol):
    """Tokens that stand for account numbers."""

    def token(self, *, provider_id: str, company_id: str, account_number: str) -> str:
        """Up to 17 digits, the same for the same three, never the account number itself."""
        ...


class LimitsRate(Protocol):
    """How many calls an app may make."""

    async def wait_s(self, key: str) -> int | None:
        """Counts a call of `key`. Whole seconds until it may be made; None: now."""
        ...


class RecordsCalls(Protocol):
    """Takes call records without waiting."""

    def record(self, record: CallRecord) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them, by the names that the pipeline uses; without `rate` calls are not limited."""

    tokens: ChecksTokens
    access_tokens: KnowsAccessTokens
    families: KnowsFamilies
    grants: KnowsGrants
    recipients: KnowsApps
    providers: KnowsProviders
    access: OpensConnections
    connector: Callable[[Provider], Connector]
    calls: RecordsCalls
    account_numbers: TokenizesAccountNumbers
    rate: LimitsRate | None = None
