"""A gateway whose every port is a fake, called as the ASGI server would call it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
import pytest

from easement.activity.model import CallRecord
from easement.connectors.model import Account, AccountChoice, AccountsAnswer, CallContext
from easement.consent.model import Grant, GrantStatus, Initiator
from easement.gateway.app import GatewayApp
from easement.gateway.ports import Ports
from easement.platform.clock import MovableClock
from easement.products.model import Product
from easement.providers.model import Policy, Provider
from easement.recipients.model import App, SubscriptionStatus
from easement.tokens.errors import InvalidTokenError
from easement.tokens.model import Bearer, TokenFacts

T = TypeVar("T")
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
ALL = frozenset({Product.ACCOUNT_INFO, Product.BALANCES, Product.INVESTMENTS})


def account(account_id: str, category: str = "depositAccount", **fields: str) -> Account:
    """An account; each field is given as the JSON text the bank wrote."""
    written = {"accountId": json.dumps(account_id), **fields}
    return Account(
        account_id, category, {name: msgspec.Raw(text.encode()) for name, text in written.items()}
    )


class FakeRecords:
    """What the bank has besides accounts; each field is given as the JSON text the bank wrote."""

    def __init__(self) -> None:
        self.record: dict[str, str] = {}
        self.contacts: dict[str, dict[str, str]] = {}
        self.networks: dict[str, list[dict[str, str]]] = {}
        self.error: Exception | None = None
        self.asked: list[str] = []

    async def customer(self, call: CallContext) -> dict[str, msgspec.Raw]:
        return raw(self._answer("customer", self.record))

    async def contact(self, call: CallContext, account_id: str) -> dict[str, msgspec.Raw]:
        return raw(self._answer(f"contact {account_id}", self.contacts.get(account_id, {})))

    async def payment_networks(
        self, call: CallContext, account_id: str
    ) -> list[dict[str, msgspec.Raw]]:
        networks = self._answer(f"networks {account_id}", self.networks.get(account_id, []))
        return [raw(network) for network in networks]

    def _answer(self, question: str, data: T) -> T:
        self.asked.append(question)
        if self.error is not None:
            raise self.error
        return data


def raw(fields: Mapping[str, str]) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(text.encode()) for name, text in fields.items()}


class FakeConnector:
    def __init__(self) -> None:
        self.records = FakeRecords()
        self.customers: FakeRecords | None = self.records
        self.contacts: FakeRecords | None = self.records
        self.payment_networks: FakeRecords | None = self.records
        self.statements: Any = None
        self.tax_forms: Any = None
        self.held = [account("a1"), account("a2"), account("a3")]
        self.partial = False
        self.error: Exception | None = None
        self.asked: list[tuple[CallContext, tuple[str, ...]]] = []
        self.before: Callable[[], Awaitable[None]] | None = None

    async def account_choices(self, call: CallContext) -> list[AccountChoice]:
        self.records.asked.append("choices")
        return [AccountChoice(each.account_id, "", each.category) for each in self.held]

    async def account_category(self, call: CallContext, account_id: str) -> str | None:
        self.records.asked.append(f"category {account_id}")
        return {each.account_id: each.category for each in self.held}.get(account_id)

    async def accounts(self, call: CallContext, account_ids: Sequence[str]) -> AccountsAnswer:
        self.asked.append((call, tuple(account_ids)))
        if self.before is not None:
            await self.before()
        if self.error is not None:
            raise self.error
        return AccountsAnswer(list(self.held), self.partial)


class FakePorts:
    """Plays all ports but the connector."""

    def __init__(self) -> None:
        self.bearers: dict[str, Bearer] = {}
        self.access_tokens: dict[str, TokenFacts] = {}
        self.grants: dict[str, Grant] = {}
        self.apps: dict[str, App] = {}
        self.banks: dict[str, Provider] = {}
        self.records: list[CallRecord] = []
        self.ended_families: set[str] = set()
        self.access_error: Exception | None = None
        self.failure: Exception | None = None

    async def bearer(self, token: str) -> Bearer:
        if token not in self.bearers:
            raise InvalidTokenError("unknown")
        return self.bearers[token]

    async def access_token(self, token: str) -> TokenFacts | None:
        return self.access_tokens.get(token)

    async def family_is_alive(self, family_id: str) -> bool:
        return family_id not in self.ended_families

    async def current_grant(self, grant_id: str) -> Grant | None:
        if self.failure is not None:
            raise self.failure
        return self.grants.get(grant_id)

    async def ended_by_provider(self, grant_id: str, reason: str) -> None:
        if self.grants[grant_id].status is GrantStatus.ACTIVE:
            self.end(grant_id, Initiator.DATA_PROVIDER)

    def end(self, grant_id: str, by: Initiator) -> None:
        self.grants[grant_id] = replace(
            self.grants[grant_id], status=GrantStatus.REVOKED, ended_at=CREATED, ended_by=by
        )

    async def call(
        self, provider_id: str, connection_id: str, do: Callable[[str], Awaitable[T]]
    ) -> T:
        if self.access_error is not None:
            raise self.access_error
        return await do(f"bank token of {connection_id}")

    def token(self, *, provider_id: str, company_id: str, account_number: str) -> str:
        return f"9{len(provider_id)}{len(company_id)}{account_number[::-1]}"

    def record(self, record: CallRecord) -> None:
        self.records.append(record)


@dataclass
class Table:
    """One port that looks things up."""

    look_up: Callable[[str], Awaitable[Any]]
    ended_by_provider: Callable[[str, str], Awaitable[None]] | None = None

    async def current(self, key: str) -> Any:
        return await self.look_up(key)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    is_whole: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, int]:
        """HTTP status and FDX code."""
        return self.status, self.json["code"]


@dataclass
class World:
    app: GatewayApp
    ports: FakePorts
    connector: FakeConnector
    clock: MovableClock
    handed: Ports

    def allow(self, *products: Product) -> None:
        """Give the app, its grant and its token further products."""
        every = ALL.union(products)
        self.ports.bearers["good"] = replace(self.ports.bearers["good"], products=every)
        self.ports.grants["g1"] = replace(self.ports.grants["g1"], products=every)
        self.ports.apps["app1"] = replace(self.ports.apps["app1"], products=every)

    def decide(self, **changes: Any) -> None:
        """Change the policy of `mikomo`."""
        bank = self.ports.banks["mikomo"]
        self.ports.banks["mikomo"] = replace(bank, policy=replace(bank.policy, **changes))

    async def get(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        token: str | None = "good",
        method: str = "GET",
        state: Mapping[str, Any] | None = None,
    ) -> Answer:
        path, _, query = path.partition("?")
        pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        if token is not None:
            pairs.append(("authorization", f"Bearer {token}"))
        scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in pairs],
        }
        if state is not None:
            scope["state"] = state
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if not sent:
                pytest.fail("the gateway read the body of a request")
            await asyncio.Event().wait()  # the app stays until the answer is there
            return {}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, *pieces = sent
        names = {name.decode(): value.decode() for name, value in start["headers"]}
        body = b"".join(piece["body"] for piece in pieces)
        is_whole = bool(pieces) and not pieces[-1].get("more_body", False)
        return Answer(start["status"], names, body, is_whole)


@pytest.fixture
def world() -> World:
    """App `app1` with all three account products, subscribed to `mikomo`, consent to a1 and a2."""
    clock = MovableClock()
    ports, connector = FakePorts(), FakeConnector()
    late = CREATED + timedelta(days=9999)
    ports.bearers["good"] = Bearer("g1", "fam1", "app1", "mikomo", ALL, late)
    ports.grants["g1"] = Grant(
        id="g1",
        app_id="app1",
        company_id="c1",
        provider_id="mikomo",
        connection_id="conn1",
        subject="s",
        login_hash="h",
        account_ids=frozenset({"a1", "a2"}),
        products=ALL,
        status=GrantStatus.ACTIVE,
        created_at=CREATED,
        expires_at=None,
        ended_at=None,
        ended_by=None,
    )
    ports.apps["app1"] = App(
        id="app1",
        name="App",
        company_id="c1",
        company_name="Company",
        logo_url=None,
        redirect_uris=frozenset(),
        products=ALL,
        subscriptions={
            "mikomo": SubscriptionStatus.ACTIVE,
            "other": SubscriptionStatus.ACTIVE,
            "later": SubscriptionStatus.PENDING,
        },
    )
    for name in ("mikomo", "other", "later", "strange"):
        ports.banks[name] = Provider(
            id=name,
            display_name=name,
            logo_url=None,
            protocol="fake",
            settings={},
            client_secret="",
            policy=Policy(timedelta(days=1), None),
        )

    async def app_of(key: str) -> App | None:
        return ports.apps.get(key)

    async def bank_of(key: str) -> Provider | None:
        return ports.banks.get(key)

    handed = Ports(
        tokens=ports,
        access_tokens=ports,
        families=ports,
        grants=Table(ports.current_grant, ports.ended_by_provider),
        recipients=Table(app_of),
        providers=Table(bank_of),
        access=ports,
        connector=lambda provider: connector,
        calls=ports,
        account_numbers=ports,
    )
    return World(GatewayApp(handed, clock), ports, connector, clock, handed)


@pytest.fixture
def make_account() -> Callable[..., Account]:
    """See `account`."""
    return account
