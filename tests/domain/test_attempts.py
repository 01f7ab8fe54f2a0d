"""What counting costs: nothing for a good proof, one unit of work for a bad one."""

import base64
from dataclasses import replace

import pytest
from starlette.requests import Request

from easement.authserver.attempts import AUTHORIZATIONS, LIMITS, Attempts
from easement.authserver.token.client_authentication import ClientAuthentication
from easement.platform.audit import AuditEvent, AuditKind
from easement.platform.throttle import Throttle
from easement.recipients.model import AppSecret
from easement.web.peers import Peers
from tests.domain.conftest import Ground
from tests.domain.test_throttle import CountingDatabase


class Notes:
    """An `Audit` that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[AuditEvent] = []

    def record(self, event: AuditEvent) -> None:
        self.events.append(event)


class Bench:
    """Client authentication over a database that counts what is asked of it."""

    def __init__(self, ground: Ground, *, are_hidden: bool = False) -> None:
        self.db = CountingDatabase(ground.db)
        self.notes = Notes()
        throttle = Throttle(self.db, ground.feed, ground.clock, ground.keys.hash, LIMITS)
        peers = Peers(are_hidden=are_hidden)
        self.attempts = Attempts(throttle, peers, self.notes, ground.clock)
        self.clients = ClientAuthentication(ground.recipients, self.attempts)


def request(address: str = "203.0.113.7", secret: str = "right") -> Request:
    basic = base64.b64encode(f"app:{secret}".encode())
    headers = [(b"authorization", b"Basic " + basic)]
    return Request({"type": "http", "headers": headers, "client": (address, 1)})


@pytest.fixture
async def bench(ground: Ground) -> Bench:
    secret = AppSecret(ground.recipients.secret_hash("right"), None)
    async with ground.db.transaction() as tx:
        await ground.recipients.register(tx, replace(ground.app, secrets=frozenset({secret})))
    return Bench(ground)


async def test_a_good_proof_costs_no_statement(bench: Bench) -> None:
    for _ in range(20):
        assert await bench.clients.app(request(), {}) is not None

    assert bench.db.opened == 0
    assert bench.notes.events == []


async def test_a_bad_proof_costs_one_unit_of_work_and_is_noted(bench: Bench) -> None:
    assert await bench.clients.app(request(secret="wrong"), {}) is None

    assert bench.db.opened == 1
    assert [(each.kind, each.reason, each.app_id) for each in bench.notes.events] == [
        (AuditKind.CLIENT_REFUSED, "secret_refused", "app")
    ]


async def test_requests_to_auth_cost_no_statement_while_they_are_few(bench: Bench) -> None:
    for _ in range(AUTHORIZATIONS.uncounted):
        await bench.attempts.authorization(request())
    assert bench.db.opened == 0

    await bench.attempts.authorization(request())
    assert bench.db.opened == 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
    ],
)
def test_one_sender_is_told_from_another(one: str, other: str, alike: bool) -> None:
    peers = Peers(are_hidden=False)

    assert (peers.of(request(one)) == peers.of(request(other))) is alike


@pytest.mark.parametrize("address", ["", "a-unix-socket", "203.0.113.7.8"])
def test_what_is_no_address_is_nobodys(address: str) -> None:
    assert Peers(are_hidden=False).of(request(address)) is None


def test_behind_a_proxy_that_is_not_trusted_nobody_has_an_address() -> None:
    assert Peers(are_hidden=True).of(request()) is None
