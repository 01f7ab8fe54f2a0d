"""A bounded cache of facts that the change feed keeps true.

It answers from memory only while the feed is fresh; else, and for what it does not hold, it reads
the database. So a change made in another process shows within the feed's promised second, and a
database out of reach shows as an error instead of an old answer.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from easement.platform.changes import ChangeFeed

V = TypeVar("V")


class FreshCache(Generic[V]):
    """Facts of one `topic` by key. `load` reads one from the database; None is not kept."""

    def __init__(
        self,
        feed: ChangeFeed,
        topic: str,
        load: Callable[[str], Awaitable[V | None]],
        size: int = 100_000,
    ) -> None:
        self._feed = feed
        self._load = load
        self._size = size
        self._facts: dict[str, V] = {}
        self._generation = 0
        feed.listen(topic, self)

    async def get(self, key: str) -> V | None:
        """The fact as it stands, from memory where that is safe."""
        if "\0" in key:
            return None  # keys come from strangers, and PostgreSQL refuses to compare a NUL
        if self._feed.is_fresh():
            fact = self._facts.get(key)
            if fact is not None:
                return fact
        generation = self._generation
        fact = await self._load(key)
        # A change that came while the database was read may be newer than what was read.
        if fact is not None and generation == self._generation and self._feed.is_fresh():
            if len(self._facts) >= self._size:
                del self._facts[next(iter(self._facts))]
            self._facts[key] = fact
        return fact

    def forget(self, key: str) -> None:
        """The fact changed."""
        self._generation += 1
        self._facts.pop(key, None)

    def clear(self) -> None:
        """Changes may have been missed."""
        self._generation += 1
        self._facts.clear()
