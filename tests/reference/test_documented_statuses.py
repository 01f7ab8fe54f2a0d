"""Every status that the document tells of a product call is given when it should be.

One cause a status; the many causes that share one are looked at in the tests of the flows.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from easement.connectors.fdx_v5 import settings as bank_settings
from easement.products.catalogue import VERSIONS
from easement.reference.parameters import example_ids
from easement.reference.products import CALLS, EXAMPLE_USER, ProductCall
from tests.support.app import TIMEOUT_S, V3_HEADERS, RecipientApp
from tests.support.bank import CONTROL_TOKEN, Bank
from tests.support.network import RunningNetwork
from tests.support.openapi import Json, operations, own_document
from tests.support.sandbox import SandboxControl

DOCUMENT = own_document()
BY_PATH = {
    f"/{call.endpoint}/{version}/{{providerId}}{call.path}": (call, version)
    for call in CALLS
    for version in VERSIONS
}
TOLD = [
    pytest.param(*BY_PATH[operation.path], int(status), id=f"{operation.name} {status}")
    for operation in operations(DOCUMENT, "Products")
    for status in operation.answers
]
# What the bank says, and is passed on: HTTP status and FDX code.
BANK_SAYS = {404: (404, 701), 409: (409, 705), 422: (422, 704), 429: (429, 1207),
             500: (500, 501), 503: (503, 503)}  # fmt: skip
HASTE_S = 0.2

Started = Callable[..., RunningNetwork]


class Asker:
    """Makes a call's example request, with something wrong."""

    def __init__(self, network: RunningNetwork) -> None:
        self.network = network
        self.control = SandboxControl(network)
        self._app = RecipientApp(network, network.secrets.sandbox)
        self._tokens: dict[str, str] = {}

    def token(self, user: str = EXAMPLE_USER) -> str:
        if user not in self._tokens:
            self._tokens[user] = self._app.mint(user)["id_token"]
        return self._tokens[user]

    def ask(
        self,
        call: ProductCall,
        version: str,
        *,
        user: str = EXAMPLE_USER,
        method: str = "GET",
        token: str | None = None,
        query: dict[str, str] | None = None,
        ids: dict[str, str] | None = None,
        **headers: str,
    ) -> requests.Response:
        path = f"/{call.endpoint}/{version}/{{providerId}}{call.path}"
        today = self.ids_of_today(call) if ids is None else {}
        known = {**example_ids(call, "mikomo"), **today, **(ids or {})}
        sent = {"authorization": f"Bearer {token or self.token(user)}", **V3_HEADERS, **headers}
        return requests.request(
            method,
            self.network.url + path.format(**known),
            params={**dict(call.example_query), **(query or {})},
            headers=sent,
            timeout=TIMEOUT_S,
        )

    def ids_of_today(self, call: ProductCall) -> dict[str, str]:
        """The bank's statements follow the clock."""
        if call.name != "statement":
            return {}
        list_call = next(each for each in CALLS if each.name == "statements")
        listed = self.ask(list_call, "v3").json()["statements"]
        return {"statementId": listed[0]["statementId"]}


@pytest.fixture(scope="module")
def start(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Starts networks with settings of their own."""
    started: list[RunningNetwork] = []

    def run(**settings: Any) -> RunningNetwork:
        directory = tmp_path_factory.mktemp("network") / "data"
        started.append(RunningNetwork(bank, directory, None, **settings))
        started[-1].start()
        return started[-1]

    yield run
    for each in started:
        each.stop()


@pytest.fixture(scope="module")
def asker(start: Started) -> Asker:
    """At a network as it is by default."""
    return Asker(start())


@pytest.fixture(scope="module")
def hasty(start: Started) -> Asker:
    """At a network that waits for no bank."""
    return Asker(start(bank_timeout_s=HASTE_S))


@pytest.fixture(scope="module")
def bare(start: Started) -> Iterator[Asker]:
    """At a network whose bank serves accounts alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bank_settings, "CAPABILITIES", frozenset())
        yield Asker(start())


@pytest.fixture
def provoked(request: pytest.FixtureRequest) -> Callable[[ProductCall, str, int], Any]:
    """Makes the call in the way that leads to the status."""

    def answer(call: ProductCall, version: str, status: int) -> requests.Response:
        if status in {408, 501}:
            asker: Asker = request.getfixturevalue({408: "hasty", 501: "bare"}[status])
            late = {"x-sandbox-fault": f"latency={int(HASTE_S * 5000)}"} if status == 408 else {}
            return asker.ask(call, version, ids={"statementId": "20251108fc06ab0b"}, **late)
        asker = request.getfixturevalue("asker")
        if status == 206:
            return partly(asker, call, version)
        if status in BANK_SAYS:
            return with_fault(asker, call, version, *BANK_SAYS[status])
        how: dict[int, dict[str, Any]] = {
            200: {},
            400: {"query": {"nobodyKnows": "1"}},
            401: {"token": "nobodys"},
            403: {"ids": {"providerId": "elsewhere"}},
            405: {"method": "POST"},
            406: {"accept": "video/mp4"},
        }
        return asker.ask(call, version, **how[status])

    return answer


def with_fault(
    asker: Asker, call: ProductCall, version: str, status: int, code: int
) -> requests.Response:
    user = f"{EXAMPLE_USER}+{status}"
    asker.token(user)
    body = {"kind": "status", "status": status, "code": code, "user": user}
    fault = asker.control.ask("POST", "/faults", body)
    try:
        return asker.ask(call, version, user=user)
    finally:
        asker.control.ask("DELETE", f"/faults/{fault['id']}")


def partly(asker: Asker, call: ProductCall, version: str) -> requests.Response:
    """The consumer narrows what the bank serves, and the bank has not told the network."""
    user = f"{EXAMPLE_USER}+part"
    token = asker.token(user)
    control = f"{asker.network.bank.url}/control/connections"
    headers = {"authorization": f"Bearer {CONTROL_TOKEN}"}
    found = requests.get(control, params={"user": user}, headers=headers, timeout=30).json()
    ids = ["720100014417", "720100025528"]
    for each in found["connections"]:
        url = f"{control}/{each['id']}/accounts"
        requests.put(url, json={"accountIds": ids[:1]}, headers=headers, timeout=30)
    return asker.ask(call, version, token=token, query={"accountIds": ",".join(ids)})


@pytest.mark.parametrize(("call", "version", "status"), TOLD)
def test_documented_status_is_given(
    provoked: Callable[..., Any], call: ProductCall, version: str, status: int
) -> None:
    answer = provoked(call, version, status)

    assert answer.status_code == status, answer.text[:300]
    assert re.fullmatch(r"Root=1-\w{8}-\w{24}", answer.headers["x-akoya-interaction-id"])
    if status >= 400:
        path = f"/{call.endpoint}/{version}/{{providerId}}{call.path}"
        assert answer.json()["code"] in codes_told(path, status)


def codes_told(path: str, status: int) -> set[int]:
    (operation,) = (each for each in operations(DOCUMENT, "Products") if each.path == path)
    media: Json = operation.answers[str(status)]["content"]["application/json"]
    return {each["value"]["code"] for each in media["examples"].values()}
