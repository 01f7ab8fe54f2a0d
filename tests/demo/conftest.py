"""The sample app on a loopback port, in front of a small network made for these tests."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from easement_demo import DemoSettings, create_app
from tests.demo.fake_network import FakeNetwork


class MovableClock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Browser:
    """A cookie-keeping client that does not follow redirects by itself."""

    client: aiohttp.ClientSession
    demo_url: str

    async def get(self, path: str) -> tuple[int, str, str]:
        """Status, body and Location of a page of the sample app, or of an absolute URL."""
        url = path if path.startswith("http") else self.demo_url + path
        async with self.client.get(url, allow_redirects=False) as response:
            return response.status, await response.text(), response.headers.get("location", "")

    async def post(self, path: str, form: dict[str, str]) -> tuple[int, str, str]:
        """The same for a form."""
        async with self.client.post(
            self.demo_url + path, data=form, allow_redirects=False
        ) as response:
            return response.status, await response.text(), response.headers.get("location", "")

    async def start_link(self, query: str = "") -> str:
        """Press the link button; answers the state that went to the network."""
        status, _, location = await self.get(f"/link{query}")
        assert status == 302
        return parse_qs(urlsplit(location).query)["state"][0]

    async def link(self, query: str = "") -> str:
        """Go through a whole link; answers where the callback sends the browser."""
        state = await self.start_link(query)
        status, body, location = await self.get(f"/callback?code=good-code&state={state}")
        assert status == 303, body
        return location

    async def csrf(self) -> str:
        """The form token of the present session."""
        _, body, _ = await self.get("/accounts")
        return body.split('name="csrf" value="')[1].split('"')[0]


@dataclass
class Demo:
    """A running sample app."""

    url: str
    network: FakeNetwork
    clock: MovableClock


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve an ASGI app on a bound socket for as long as the block lasts."""
    config = uvicorn.Config(app, lifespan="off", log_level="error")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield
    finally:
        await server.shutdown(sockets=[listener])


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    network, clock = FakeNetwork(), MovableClock()
    settings = DemoSettings(
        public_url=f"{origin}/demo",
        network_url=origin,
        network_api_url=origin,
        client_id="sample-app",
        client_secret="sample-secret",
    )
    app = Starlette(
        routes=[Mount("/demo", create_app(settings, clock=clock)), Mount("/", network.app)]
    )
    async with serving(app, listener):
        yield Demo(settings.public_url, network, clock)


@pytest.fixture
async def browser(demo: Demo) -> AsyncIterator[Browser]:
    # Cookies of an IP address are kept only by a jar told to.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield Browser(client, demo.url)
