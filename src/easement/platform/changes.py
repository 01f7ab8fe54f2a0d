"""The change feed: how a cached fact learns that it is no longer true.

Whoever changes a fact that others cache says so in the same transaction. In this process the
caches hear of it at commit; other processes ask once a second what changed since. A feed that
could not ask for longer than that says so (`is_fresh`), and caches then read the database.
"""

import asyncio
import logging
import time
from collections import defaultdict
from typing import Protocol

from sqlalchemy import BigInteger, Column, Identity, Integer, String, Table, delete, insert, select

from easement.platform.db import (
    Database,
    Transaction,
    UnavailableError,
    UtcDateTime,
    metadata,
    moment,
)

changes = Table(
    "changes",
    metadata,
    Column(
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        Identity(),
        primary_key=True,
    ),
    Column("topic", String(32), nullable=False),
    Column("key", String(128), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, index=True),
)

_log = logging.getLogger(__name__)
_PERIOD_S = 0.5
_MAX_AGE_S = 1.0
# Positions are handed out before they are committed, so a slow transaction may appear behind a
# position already read: look back far enough to meet it.
_LOOK_BACK_S = 30
_KEEP_S = 600
_EVERY = "*"


class Listener(Protocol):
    """Somebody who keeps facts that may change."""

    def forget(self, key: str) -> None:
        """The fact `key` changed."""
        ...

    def clear(self) -> None:
        """Any fact may have changed: the feed was away for too long to tell which."""
        ...


class ChangeFeed:
    """Tells listeners of a topic which key changed. One per process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._seen: set[int] = set()
        self._asked_at = 0.0

    def listen(self, topic: str, listener: Listener) -> None:
        """Tell `listener` of each change of `topic`, made here or in another process."""
        self._listeners[topic].append(listener)

    async def announce(self, tx: Transaction, topic: str, key: str) -> None:
        """Say in `tx` that the fact `key` of `topic` changes with it."""
        await tx.execute(insert(changes).values(topic=topic, key=key, changed_at=moment()))
        tx.after_commit(lambda: self._tell(topic, key))

    async def announce_all(self, tx: Transaction, topic: str) -> None:
        """Say in `tx` that any fact of `topic` may change with it."""
        await self.announce(tx, topic, _EVERY)

    def is_fresh(self) -> bool:
        """Whether other processes' changes up to a second ago are known here."""
        return time.monotonic() - self._asked_at < _MAX_AGE_S

    async def follow(self) -> None:
        """Ask for changes until cancelled; whatever fails is asked again."""
        while True:
            try:
                await self.poll()
            except UnavailableError as error:
                _log.warning("change feed: %s; asking again", error)
            except Exception:
                _log.exception("change feed failed; asking again")
            await asyncio.sleep(_PERIOD_S)

    async def poll(self) -> None:
        """Ask once and tell the listeners."""
        asked_at = time.monotonic()
        recent = select(changes).where(changes.c.changed_at > moment(_LOOK_BACK_S))
        async with self._db.read() as tx:
            rows = (await tx.execute(recent)).all()
        if asked_at - self._asked_at > _LOOK_BACK_S / 2:
            for listener in (one for each in self._listeners.values() for one in each):
                listener.clear()
        fresh = [row for row in rows if row.position not in self._seen]
        self._seen = {row.position for row in rows}
        for row in fresh:
            self._tell(row.topic, row.key)
        self._asked_at = asked_at

    async def forget_old(self) -> None:
        """Delete what every process has long read."""
        async with self._db.transaction() as tx:
            await tx.execute(delete(changes).where(changes.c.changed_at < moment(_KEEP_S)))

    def _tell(self, topic: str, key: str) -> None:
        for listener in self._listeners[topic]:
            if key == _EVERY:
                listener.clear()
            else:
                listener.forget(key)
