"""Many callers at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def together(callers: int, call: Callable[[], T]) -> list[T]:
    """What each of `callers` threads got; none starts before all are ready."""
    return each_together([call] * callers)


def each_together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What each of the calls got, every one in a thread of its own."""
    gate = Barrier(len(calls))

    def wait_and(call: Callable[[], T]) -> T:
        gate.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(wait_and, call) for call in calls]]
