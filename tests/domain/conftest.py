"""Domain services over a real database, without HTTP. Everything runs on both engines."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from easement.connectors.errors import BankError, GrantRefusedError
from easement.connectors.model import BankLogin, BankTokens
from easement.consent.service import Consents
from easement.keys.model import KeyRing
from easement.keys.service import open_key_ring
from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock
from easement.platform.db import Database, open_database
from easement.products.model import Product
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from easement.providers.model import Connection, Policy, Provider
from easement.recipients.assertions import ClientAssertions
from easement.recipients.model import App, AppSecret, SubscriptionStatus
from easement.recipients.service import Recipients
from easement.tokens.service import Tokens
from easement.tokens.settings import TokenSettings


class FixedMasterKey:
    """A master key that is always the same."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    name = "the test"

    def load(self, wrapped: bytes | None = None) -> bytes:
        assert wrapped is None
        return self._key

    def load_or_create(self) -> tuple[bytes, bytes | None]:
        return self._key, None


ISSUER = "https://network.example"
MASTER = FixedMasterKey(b"m" * 32)


class FakeBank:
    """A connector that rotates refresh tokens and refuses a used one, as strict banks do."""

    def __init__(self) -> None:
        self.refreshes = 0
        self.revoked: list[str] = []
        self.valid = "refresh-0"
        self.fault: BankError | None = None
        self.during_refresh: Callable[[], Awaitable[None]] | None = None

    async def refresh(self, refresh_token: str) -> BankTokens:
        if self.fault is not None:
            raise self.fault
        if refresh_token != self.valid:
            raise GrantRefusedError
        if self.during_refresh is not None:
            await self.during_refresh()
        self.refreshes += 1
        self.valid = f"refresh-{self.refreshes}"
        return self.tokens()

    async def revoke(self, token: str) -> None:
        if self.fault is not None:
            raise self.fault
        self.revoked.append(token)

    def tokens(self) -> BankTokens:
        return BankTokens(f"access-{self.refreshes}", self.valid, timedelta(minutes=15))


@dataclass
class Ground:
    """What most tests need, put together as the composition root does."""

    db: Database
    clock: MovableClock
    feed: ChangeFeed
    keys: KeyRing
    bank: FakeBank
    directory: Directory
    connections: Connections
    recipients: Recipients
    tokens: Tokens
    consents: Consents

    provider: Provider
    app: App

    async def connect(self) -> Connection:
        """A stored connection of the user `ada` at the fake bank."""
        async with self.db.transaction() as tx:
            return await self.connections.connect(
                tx, self.provider.id, self.bank.tokens(), BankLogin("ada", None, None)
            )


@pytest.fixture
def url(new_database: Callable[[], str | None], tmp_path: Path) -> str:
    return new_database() or f"sqlite:///{tmp_path / 'easement.db'}"


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    yield database
    await database.close()


async def replica(db: Database, bank: FakeBank) -> Ground:
    """One process's services over `db`; a second call is a second replica."""
    clock = MovableClock()
    feed = ChangeFeed(db)
    await feed.poll()
    keys = await open_key_ring(db, MASTER, clock)
    directory = Directory(db, feed, keys, clock, lambda _: bank)  # type: ignore[arg-type,return-value]
    connections = Connections(db, directory, keys, clock)
    tokens = Tokens(db, feed, keys, clock, TokenSettings())
    recipients = Recipients(db, feed, keys, clock, ClientAssertions(db, ISSUER, clock))
    provider = Provider(
        id="bank",
        display_name="Bank",
        logo_url=None,
        protocol="fdx_v5",
        settings={},
        client_secret="secret",
        policy=Policy(id_token_lifetime=timedelta(hours=24), consent_duration=None),
    )
    app = App(
        id="app",
        name="App",
        company_id="company",
        company_name="Company",
        logo_url=None,
        redirect_uris=frozenset({"https://app.example/callback"}),
        products=frozenset(Product),
        subscriptions={"bank": SubscriptionStatus.ACTIVE},
        secrets=frozenset({AppSecret(recipients.secret_hash("app-secret"))}),
    )
    consents = Consents(
        db=db, feed=feed, keys=keys, clock=clock, tokens=tokens, connections=connections
    )
    return Ground(
        db, clock, feed, keys, bank, directory, connections, recipients, tokens, consents,
        provider, app,
    )  # fmt: skip


@pytest.fixture
async def ground(db: Database) -> Ground:
    first = await replica(db, FakeBank())
    async with db.transaction() as tx:
        await first.directory.register(tx, first.provider)
        await first.recipients.register(tx, first.app)
    return first
