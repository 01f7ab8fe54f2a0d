"""The `easement` command as an operator runs it: a process of its own on free ports."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import requests

from tests.support.process import LOOPBACK, eventually, free_port

_COMMAND = (sys.executable, "-m", "easement")
_LAST_LINE = "Stop with Ctrl-C."


def environment(**fixed: str) -> dict[str, str]:
    """This process's environment without settings of the network, and `fixed`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EASEMENT_")}
    return {**kept, **fixed}


def easement(*arguments: str, **fixed: str) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    return subprocess.run(
        [*_COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(**fixed),
        check=False,
    )


class Served:
    """`easement serve` on one data directory and two ports, started as often as asked."""

    def __init__(self, directory: Path) -> None:
        self.data_dir = directory / "state"
        self.port, self.bank_port = free_port(), free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.bank_url = f"http://{LOOPBACK}:{self.bank_port}"
        self._log = directory / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def options(self) -> list[str]:
        """Its ports and directory as options of `serve` and `doctor`."""
        return [
            *("--port", str(self.port)),
            *("--bank-port", str(self.bank_port)),
            *("--data-dir", str(self.data_dir)),
        ]

    def start(self, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
        """Start, wait until it says that it is ready, and return what it printed."""
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                [*_COMMAND, "serve", *self.options, *arguments],
                stdout=log,
                stderr=log,
                env=environment(**(environ or {})),
            )
        self._process = process

        def ready() -> str | None:
            assert process.poll() is None, self._log.read_text()
            printed = self._log.read_text()
            return printed if _LAST_LINE in printed else None

        return eventually("the announcement", ready)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit status."""
        assert self._process is not None
        self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait until it ends; the exit status."""
        assert self._process is not None
        status = self._process.wait(30)
        self._process = None
        return status

    def clean_up(self) -> None:
        """End it if a failed test left it running."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    @property
    def pid(self) -> int:
        """The network's process."""
        assert self._process is not None
        return self._process.pid

    @property
    def printed(self) -> str:
        """All it said so far, errors too."""
        return self._log.read_text()

    def token(self) -> str:
        """An id_token for mikomo_10, by the printed credentials."""
        answer = requests.post(
            f"{self.url}/sandbox/v1/tokens",
            data={"user": "mikomo_10"},
            auth=self.credentials,
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id_token"])

    def balances(self, token: str) -> int:
        """The status of a product call."""
        headers = {"authorization": f"Bearer {token}"}
        return requests.get(
            f"{self.url}/balances/v2/mikomo", headers=headers, timeout=30
        ).status_code

    @property
    def credentials(self) -> tuple[str, str]:
        """client_id and client_secret as printed."""
        found = re.search(r"client_id +(\S+)\n +client_secret +(\S+)\n", self.printed)
        assert found is not None, self.printed
        return found[1], found[2]
