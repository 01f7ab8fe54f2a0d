"""Ports and programs."""

import contextlib
import random
import socket
import time
from collections.abc import Callable
from typing import TypeVar

import requests

T = TypeVar("T")

LOOPBACK = "127.0.0.1"
_PATIENCE_S = 30.0
_TURN_S = 0.01


def free_port() -> int:
    """A port that nobody listens on.

    Taken below the range from which the system gives ports to outgoing connections, so that no
    connection of a neighbouring test takes it between this look and its use.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server((LOOPBACK, port)):
            return port


def eventually(what: str, look: Callable[[], T | None], patience_s: float = _PATIENCE_S) -> T:
    """What `look` finds once it finds something true; it is asked again for a bounded time."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(_TURN_S)
    raise AssertionError(f"waited {patience_s} s in vain for {what}")


def answers(url: str) -> bool:
    """Whether somebody answers 200 at `url`."""
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.ConnectionError:
        return False
