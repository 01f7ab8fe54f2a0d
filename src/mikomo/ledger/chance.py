"""Choices that look like chance and come out the same every time."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A run of choices that depends on its seed alone.

    Only `random()` of the standard generator is used: its sequence is promised to stay the same
    from one Python to the next, that of `choice` or `randint` is not.
    """

    def __init__(self, *seed: str | int) -> None:
        self._next = random.Random("/".join(map(str, seed))).random  # noqa: S311  # no secret

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return int(self._next() * limit)

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def pick(self, among: Sequence[T]) -> T:
        """One of a non-empty sequence."""
        return among[self.below(len(among))]

    def happens(self, share: float) -> bool:
        """Whether something comes about that does in `share` of all cases."""
        return self._next() < share
