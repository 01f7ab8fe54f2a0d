"""A network whose bank goes through an evil one, and an app that calls everything."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.support.app import RecipientApp, Tokens
from tests.support.bank import Bank
from tests.support.bank_failures import CUT, PASSES, Heard
from tests.support.endpoints import WEALTHY, paths
from tests.support.evil_bank import PDF, EvilBank
from tests.support.network import RunningNetwork
from tests.support.process import eventually
from tests.support.relocation import relocate

DATA: Mapping[str, str] = paths()
"""Every product endpoint that answers data."""


@dataclass(frozen=True)
class EvilWorld:
    """`files` are the endpoints that answer a file."""

    network: RunningNetwork
    evil: EvilBank
    app: RecipientApp
    tokens: Tokens
    files: Mapping[str, str]

    def get(self, path: str, **headers: str) -> requests.Response:
        """Call a product."""
        sent = {"authorization": f"Bearer {self.tokens['id_token']}", **headers}
        return requests.get(self.network.url + path, headers=sent, timeout=60)

    def hear(self, path: str, accept: str = "*/*") -> tuple[Heard, str]:
        """What an app hears, and every word of an error."""
        try:
            answer = self.get(path, accept=accept)
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            return CUT, ""
        assert answer.headers["x-akoya-interaction-id"].startswith("Root=1-")
        if answer.status_code in {200, 206}:
            return PASSES, ""
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        body: dict[str, Any] = answer.json()
        assert {"code", "message"} <= body.keys() <= {"code", "message", "debugMessage"}
        assert type(body["code"]) is int
        assert isinstance(body["message"], str)
        return (answer.status_code, body["code"]), f"{answer.text} {answer.headers}"

    def hear_all(self, paths: Mapping[str, str], accept: str) -> tuple[dict[str, Heard], str]:
        """The same of many paths at once."""
        with ThreadPoolExecutor(len(paths)) as pool:
            heard = list(pool.map(lambda path: self.hear(path, accept), paths.values()))
        answers = {name: each for name, (each, _) in zip(paths, heard, strict=True)}
        return answers, " ".join(words for _, words in heard)

    def hear_everything(self) -> dict[str, Heard]:
        """What an app hears of all products, data and files."""
        data, _ = self.hear_all(DATA, "application/json")
        files, _ = self.hear_all(self.files, PDF)
        return data | files


@contextmanager
def evil_world(
    bank: Bank, directory: Path, database: str | None, **settings: Any
) -> Iterator[EvilWorld]:
    """Start a network at an evil bank before `bank`."""
    evil = EvilBank(bank.port)
    evil.start(directory)
    network = RunningNetwork(bank, directory / "data", database, **settings)
    network.start()
    try:
        app = RecipientApp(network, network.secrets.sandbox)
        tokens = app.mint(WEALTHY)
        relocate(network, api_url=f"{evil.url}/fdx/v5", token_endpoint=f"{evil.url}/oauth/token")
        files: dict[str, str] = {"tax form as a file": DATA["tax form"]}
        world = EvilWorld(network, evil, app, tokens, files)
        statements = world.get(DATA["statements"]).json()["statements"]
        statement = next(each for each in statements if each["status"] == "AVAILABLE")
        files["statement"] = f"{DATA['statements']}/{statement['statementId']}"

        def arrived() -> bool:
            return world.get(DATA["balances"]).ok and bool(evil.received)

        eventually("calls to go through the evil bank", arrived)
        yield world
    finally:
        network.stop()
        evil.stop()
