"""Many callers at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def together(callers: int, call: Callable[[], T]) -> list[T]:
    """What each of `callers` threads got; none starts before all are ready."""
    gate = Barrier(callers)

    def wait_and_call() -> T:
        gate.wait(30)
        return call()

    with ThreadPoolExecutor(callers) as pool:
        return [each.result() for each in [pool.submit(wait_and_call) for _ in range(callers)]]
