"""Two hundred callers in four processes, and one refresh at the bank."""

import asyncio
import itertools
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.domain.conftest import Ground

PROCESSES, CALLERS = 4, 50
ROOT = Path(__file__).parents[2]


class RotatingBank:
    """Takes each refresh token once, and counts the askers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._valid = "refresh-0"
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        bank = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = bank.rotate(self.path.removeprefix("/"))
                self.send_response(200 if answer else 400)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def rotate(self, refresh_token: str) -> bytes:
        with self._lock:
            self.asked.append(refresh_token)
            if refresh_token != self._valid:
                return b""
            number = next(self._numbers)
            self._valid = f"refresh-{number}"
            return str(number).encode()


@pytest.fixture
def rotating_bank() -> Iterator[RotatingBank]:
    bank = RotatingBank()
    thread = threading.Thread(target=bank.server.serve_forever)
    thread.start()
    yield bank
    bank.server.shutdown()
    thread.join()
    bank.server.server_close()


async def test_two_hundred_callers_in_four_processes_refresh_once(
    ground: Ground, url: str, rotating_bank: RotatingBank
) -> None:
    connection = await ground.connect()
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.support.refreshing_process"),
            *(url, rotating_bank.url, connection.id, str(CALLERS)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    outputs = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))

    assert [printed for printed, _ in outputs] == [b"access-1\n"] * PROCESSES
    assert rotating_bank.asked == ["refresh-0"]
    assert (await ground.connections.open(connection.id)).refresh_token == "refresh-1"
