"""Requests of commands, which carry secrets."""

import threading
import urllib.error
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from easement.cli import direct


class Server(HTTPServer):
    """Counts requests, and redirects them if it knows whereto."""

    asked = 0
    location: str | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(200 if self.server.location is None else 302)
        if self.server.location is not None:
            self.send_header("location", self.server.location)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nobody reads it."""


def _serve() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


network = pytest.fixture(_serve)
stranger = pytest.fixture(_serve)


def test_the_environments_proxy_is_not_asked(
    network: Server, stranger: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, stranger.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with direct.ask(network.url, timeout=5) as answer:
        assert answer.status == 200
    assert (network.asked, stranger.asked) == (1, 0)


def test_a_redirect_is_not_followed(network: Server, stranger: Server) -> None:
    network.location = stranger.url
    with pytest.raises(urllib.error.HTTPError) as refused:
        direct.ask(network.url, timeout=5)
    refused.value.close()
    assert (refused.value.code, stranger.asked) == (302, 0)
