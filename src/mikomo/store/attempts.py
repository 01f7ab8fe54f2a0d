"""How often somebody was wrong about a password, in windows of five minutes."""

import hmac
import json

from mikomo.clock import Clock
from mikomo.store.database import Database

WINDOW_S = 5 * 60


class AttemptStore:
    """Counts wrong attempts under a key's hash: neither names nor addresses are kept.

    `clock` tells the true time: moving the sandbox's calendar must not end a pause.
    """

    def __init__(self, database: Database, clock: Clock, secret: str) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret.encode()

    def wait_s(self, at_most: int, *who: str) -> int:
        """Seconds until the next attempt is looked at; 0 where there were fewer than `at_most`."""
        now = self._clock.now()
        row = self._database.one(
            "SELECT count FROM attempts WHERE key = :key AND ends_at = :ends_at",
            key=self._key(who),
            ends_at=_end(now),
        )
        return _end(now) - now if row is not None and row["count"] >= at_most else 0

    def failed(self, *who: str) -> None:
        """Count one; windows that are over are forgotten."""
        now = self._clock.now()
        self._database.execute("DELETE FROM attempts WHERE ends_at <= :now", now=now)
        self._database.execute(
            "INSERT INTO attempts (key, ends_at, count) VALUES (:key, :ends_at, 1)"
            " ON CONFLICT (key, ends_at) DO UPDATE SET count = count + 1",
            key=self._key(who),
            ends_at=_end(now),
        )

    def _key(self, who: tuple[str, ...]) -> bytes:
        # As JSON, so that nobody's name can be taken for another's name and address.
        return hmac.digest(self._secret, json.dumps(who).encode(), "sha256")


def _end(now: int) -> int:
    return (now // WINDOW_S + 1) * WINDOW_S
