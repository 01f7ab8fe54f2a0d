"""Browser sessions of the person's own area; signing in for a network opens none."""

from mikomo.clock import Clock
from mikomo.store.database import Database, Randomness, digest

LIFETIME_S = 30 * 60


class SessionStore:
    """Opens, finds and ends sessions."""

    def __init__(self, database: Database, clock: Clock, new_token: Randomness) -> None:
        self._database = database
        self._clock = clock
        self._new_token = new_token

    def open(self, username: str) -> str:
        """Begin a session; returns the cookie's value. A fresh one each time, against fixation."""
        now = self._clock.now()
        token = self._new_token()
        self._database.execute("DELETE FROM sessions WHERE expires_at <= :now", now=now)
        self._database.execute(
            "INSERT INTO sessions (hash, username, expires_at) VALUES (:hash, :username, :end)",
            hash=digest(token),
            username=username,
            end=now + LIFETIME_S,
        )
        return token

    def username_of(self, token: str) -> str | None:
        """Who is signed in with this cookie, or None."""
        row = self._database.one(
            "SELECT username FROM sessions WHERE hash = :hash AND expires_at > :now",
            hash=digest(token),
            now=self._clock.now(),
        )
        return None if row is None else str(row["username"])

    def end(self, token: str) -> None:
        """Sign out."""
        self._database.execute("DELETE FROM sessions WHERE hash = :hash", hash=digest(token))
