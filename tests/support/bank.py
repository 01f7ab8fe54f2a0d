"""The sandbox bank as a process of its own, as the network's operator runs it."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.support.process import LOOPBACK, answers, eventually, free_port

CLIENT_ID = "easement"
CLIENT_SECRET = "the network's secret at the bank"
CONTROL_TOKEN = "control-token-of-the-bank"


class Bank:
    """`python -m mikomo` on a free port; stopped and started again it keeps port and data."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._redirect_uris: list[str] = []
        self._registered: dict[str, Any] = {}
        self._process: subprocess.Popen[bytes] | None = None
        data_dir.mkdir(mode=0o700)
        self._write_clients()

    def start(self) -> None:
        """Start, and wait until it answers."""
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "mikomo", "--host", LOOPBACK, "--port", str(self.port)),
                *("--data-dir", str(self.data_dir), "--exit-with-parent"),
            ],
            stdin=subprocess.PIPE,
            env={**os.environ, "MIKOMO_CONTROL_TOKEN": CONTROL_TOKEN},
        )
        self._process = process

        def ready() -> bool:
            assert process.poll() is None, "the bank stopped while starting"
            return answers(f"{self.url}/health")

        eventually("the bank to get ready", ready)

    def stop(self) -> None:
        """Stop in the ordinary way, if it runs."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.kill()
        self._process.wait(10)
        self._process.stdin.close()
        self._process = None

    def register(self, redirect_uri: str) -> None:
        """Let the network come back to one more address."""
        self._redirect_uris.append(redirect_uri)
        self._write_clients()

    def change_client(self, **registered: Any) -> None:
        """Register the network in another way, such as ``token_endpoint_auth_method``."""
        self._registered |= registered
        self._write_clients()

    def expire_access_tokens(self) -> None:
        """Let every access token run out now; refresh tokens stay."""
        with closing(sqlite3.connect(self.data_dir / "mikomo.db")) as database, database:
            database.execute("UPDATE access_tokens SET expires_at = 0")

    def access_tokens(self) -> int:
        """How many access tokens have not run out."""
        with closing(sqlite3.connect(self.data_dir / "mikomo.db")) as database:
            query = "SELECT count(*) FROM access_tokens WHERE expires_at > 0"
            return int(database.execute(query).fetchone()[0])

    def refresh_tokens(self) -> int:
        """How many refresh tokens are alive: one for each connection that is."""
        with closing(sqlite3.connect(self.data_dir / "mikomo.db")) as database:
            return int(database.execute("SELECT count(*) FROM refresh_tokens").fetchone()[0])

    def _write_clients(self) -> None:
        client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "name": "Easement",
            "redirect_uris": self._redirect_uris,
            **self._registered,
        }
        path = self.data_dir / "clients.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps([client]))
