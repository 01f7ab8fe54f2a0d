"""Every route of the network and of its bank, asked in every way: what each answer must carry."""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from starlette.routing import Mount

from easement.gateway.app import PREFIXES
from easement.main.network import open_network
from easement.platform.clock import MovableClock
from mikomo.app import create_app
from mikomo.clock import SystemClock
from mikomo.settings import Settings
from mikomo.store.database import Database, random_token
from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.network import RunningNetwork

METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS")
FLOW = ("/auth", "/callback/", "/consent/", "/demo")
BANK_FLOW = ("/oauth/authorize", "/signin/", "/terms/")
# What may be kept for a while: public keys, metadata, and files that say so by name.
KEPT = {"public, max-age=300", "public, max-age=3600", "no-cache"}


def paths_of(app: Any, prefix: str = "") -> Iterator[str]:
    """Every path that an application routes, whatever is wrapped around it."""
    while not hasattr(app, "routes"):
        inner = [getattr(app, name) for name in ("_app", "_pages", "app") if hasattr(app, name)]
        if not inner:
            return
        app = inner[0]
    for route in app.routes:
        if isinstance(route, Mount):
            yield from paths_of(route.app, prefix + route.path)
        else:
            yield prefix + re.sub(r"\{[^}]*\}", "x", route.path)


@pytest.fixture(scope="module")
def network_paths(network: RunningNetwork) -> list[str]:
    async def paths() -> list[str]:
        # A second replica, to look at what it serves.
        async with open_network(network.settings, network.secrets, MovableClock()) as other:
            return sorted(set(paths_of(other.app)))

    found = asyncio.run(paths())
    assert {"/auth", "/token", "/consent/x", "/introspect", "/logout", "/demo/link"} <= set(found)
    return [*found, "/static/easement.css", "/static/nothing", "/nowhere", "/auth/x"]


@pytest.fixture(scope="module")
def bank_paths(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    directory = tmp_path_factory.mktemp("bank")
    (directory / "clients.json").write_text("[]")
    settings = Settings("http://127.0.0.1:1", directory, control_token="token")
    database = Database(directory / "mikomo.db")
    found = sorted(set(paths_of(create_app(settings, database, SystemClock(), random_token))))
    database.close()
    assert {"/signin/x", "/terms/x", "/login", "/oauth/token", "/fdx/v5/accounts"} <= set(found)
    return [*found, "/static/mikomo.css", "/static/nothing", "/nowhere", "/fdx/nowhere"]


def answers(url: str, headers: dict[str, str]) -> Iterator[tuple[str, requests.Response]]:
    for method in METHODS:
        answer = requests.request(method, url, headers=headers, allow_redirects=False, timeout=30)
        yield f"{method} {url} -> {answer.status_code}", answer


def check_common(what: str, answer: requests.Response) -> None:
    headers = answer.headers
    assert answer.status_code != 500, what
    assert headers["x-content-type-options"] == "nosniff", what
    assert headers["referrer-policy"] == "no-referrer", what
    assert headers["x-frame-options"] == "DENY", what
    is_static = urlsplit(answer.url).path.startswith("/static/")
    embedding = "cross-origin" if is_static else "same-origin"
    assert headers["cross-origin-resource-policy"] == embedding, what
    assert headers["permissions-policy"], what
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy, what
    assert "frame-ancestors 'none'" in policy, what
    assert "unsafe" not in policy, what
    cached = headers["cache-control"]
    assert cached == "no-store" or (answer.status_code < 400 and cached in KEPT), (what, cached)
    assert "server" not in headers, what


def test_every_answer_of_every_route_of_the_network_has_its_headers(
    network: RunningNetwork, network_paths: list[str]
) -> None:
    for path in network_paths:
        for what, answer in answers(network.url + path, {"accept": "text/html"}):
            check_common(what, answer)
            opener = answer.headers.get("cross-origin-opener-policy")
            assert opener == (None if path.startswith(FLOW) else "same-origin"), what
            assert "strict-transport-security" not in answer.headers, what


def test_every_answer_of_every_route_of_the_bank_has_its_headers(
    bank: Bank, bank_paths: list[str]
) -> None:
    for path in bank_paths:
        for what, answer in answers(bank.url + path, {"accept": "text/html"}):
            check_common(what, answer)
            opener = answer.headers.get("cross-origin-opener-policy")
            assert opener == (None if path.startswith(BANK_FLOW) else "same-origin"), what


@pytest.mark.parametrize("endpoint", sorted(PREFIXES))
def test_no_product_answer_may_be_kept_on_the_way(app: RecipientApp, endpoint: str) -> None:
    url = f"{app.network.url}/{endpoint}/v2/mikomo"
    for what, answer in answers(url, {"authorization": "Bearer x"}):
        assert answer.headers["cache-control"] == "no-store", what


def test_behind_tls_every_answer_asks_browsers_to_stay_there(
    bank: Bank, new_network: Callable[..., RunningNetwork]
) -> None:
    network = new_network(bank, "https://data.example.test")
    for path in ("/", "/auth", "/token", "/static/easement.css", "/nowhere"):
        for what, answer in answers(network.url + path, {}):
            assert answer.headers["strict-transport-security"] == "max-age=31536000", what
