"""Every refusal that the document tells of the sandbox's control API is given when it should be."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from easement.consent.service import Consents
from easement.platform.db import UnavailableError
from easement.recipients.service import Recipients
from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.network import RunningNetwork
from tests.support.openapi import Operation, operations, own_document

DOCUMENT = own_document()
CONTROL = [
    each for each in operations(DOCUMENT, "Sandbox") if "Tokens" not in each.body["operationId"]
]
TOLD = [
    pytest.param(operation, int(status), id=f"{operation.name} {status}")
    for operation in CONTROL
    for status in operation.answers
    if int(status) >= 400
]
TOO_LARGE = b'{"x": "' + b"x" * (65 * 1024) + b'"}'


class Controlled:
    """A network, and a grant at it that lives and one that has ended."""

    def __init__(self, network: RunningNetwork) -> None:
        self.network = network
        self._ids: dict[str, str] = {}

    def grant(self, *, alive: bool) -> str:
        """The id of one."""
        name = "alive" if alive else "ended"
        if name not in self._ids:
            app = RecipientApp(self.network, self.network.secrets.sandbox)
            tokens = app.mint("mikomo_9")
            if not alive:
                assert app.revoke(tokens["refresh_token"]).status_code == 200
            self._ids[name] = tokens["grant_id"]
        return self._ids[name]

    def send(self, operation: Operation, **changes: Any) -> requests.Response:
        """The request that the document shows, with something changed."""
        known = {"fault_id": "unknown", "client_id": "sandbox-app", "grant_id": "unknown"}
        path = operation.path.format(**{**known, **changes.pop("ids", {})})
        headers = {"authorization": f"Bearer {self.network.secrets.control_token}"}
        headers |= changes.pop("headers", {})
        body = changes.pop("body", shown(operation))
        if body is not None:
            headers["content-type"] = "application/json"
        return requests.request(
            operation.method,
            self.network.url + path,
            headers=headers,
            data=body if isinstance(body, bytes) else None,
            json=None if isinstance(body, bytes) else body,
            timeout=60,
            **changes,
        )


def shown(operation: Operation) -> Any:
    """The example of the request's body."""
    content = operation.body.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Controlled]]:
    """Starts networks, each with a bank of its own."""
    stops: list[Callable[[], None]] = []

    def run(**secrets: str) -> tuple[Controlled, Bank]:
        bank = Bank(tmp_path_factory.mktemp("bank") / "data")
        bank.start()
        network = RunningNetwork(bank, tmp_path_factory.mktemp("network") / "data", None)
        network.secrets = replace(network.secrets, **secrets)
        network.start()
        stops.extend([bank.stop, network.stop])
        return Controlled(network), bank

    yield run
    for stop in reversed(stops):
        stop()


@pytest.fixture(scope="module")
def usual(start: Callable[..., tuple[Controlled, Bank]]) -> Controlled:
    return start()[0]


@pytest.fixture(scope="module")
def without_bank(start: Callable[..., tuple[Controlled, Bank]]) -> Controlled:
    """Its bank has gone."""
    controlled, bank = start()
    controlled.grant(alive=True)
    bank.stop()
    return controlled


@pytest.fixture(scope="module")
def at_odds(start: Callable[..., tuple[Controlled, Bank]]) -> Controlled:
    """Its bank knows another control token."""
    return start(bank_control_token="not-the-banks")[0]


@pytest.fixture
def without_database(usual: Controlled, monkeypatch: pytest.MonkeyPatch) -> Controlled:
    """What these ask of the database fails."""

    async def fails(*_: object) -> None:
        raise UnavailableError

    for service, method in ((Recipients, "every"), (Recipients, "current"), (Consents, "newest")):
        monkeypatch.setattr(service, method, fails)
    return usual


@pytest.mark.parametrize(("operation", "status"), TOLD)
def test_documented_refusal_is_given(
    request: pytest.FixtureRequest, operation: Operation, status: int
) -> None:
    network = {502: "at_odds", 503: "without_bank"}.get(status, "usual")
    if status == 503 and 502 not in map(int, operation.answers):
        network = "without_database"  # it asks no bank
    controlled: Controlled = request.getfixturevalue(network)
    needs_grant = "{grant_id}" in operation.path
    ids = {"grant_id": controlled.grant(alive=status != 409)} if needs_grant else {}
    how: dict[int, dict[str, Any]] = {
        400: {"params": {"limit": "0"}} if operation.method == "get" else {"body": b"["},
        401: {"headers": {"authorization": "Bearer nobodys"}},
        403: {"headers": {"host": "evil.example.test"}},
        404: {"ids": {"client_id": "unknown"}},
        413: {"body": TOO_LARGE},
    }
    changes = {"ids": ids, **how.get(status, {})}
    if status == 404 and needs_grant:
        changes = {"ids": {}}

    answer = controlled.send(operation, **changes)

    assert answer.status_code == status, answer.text
    assert re.fullmatch(r"[a-z_]+", answer.json()["error"])
    assert answer.json()["message"]
