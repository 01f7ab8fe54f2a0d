"""Connections: which network may read whose data, with the tokens it holds for that."""

import sqlite3
from collections.abc import Sequence

import msgspec

from mikomo.clients import RefreshTerms
from mikomo.clock import Clock
from mikomo.store.database import Database, Randomness, digest

ACCESS_TOKEN_LIFETIME_S = 900

_LAST_USED_GRAIN_S = 60
_LISTED = 200


class Connection(msgspec.Struct, frozen=True):
    """One permission given by one person to one network. Times are seconds since 1970 UTC."""

    id: str
    client_id: str
    username: str
    scope: str
    created_at: int
    last_used_at: int | None
    account_ids: tuple[str, ...] | None
    """The accounts the person left in it; None for all they have, also ones opened later."""


class Tokens(msgspec.Struct, frozen=True):
    """A token pair as the network gets it; `refresh_token` only with offline_access, and only
    where it is a new one."""

    access_token: str
    refresh_token: str | None


class ConnectionStore:
    """Opens, finds and ends connections, and rotates their tokens."""

    def __init__(self, database: Database, clock: Clock, new_token: Randomness) -> None:
        self._database = database
        self._clock = clock
        self._new_token = new_token

    def open(self, client_id: str, username: str, scope: str, terms: RefreshTerms) -> Tokens:
        """Begin a connection and mint its first tokens. Call inside a transaction."""
        connection_id = self._new_token()
        self._database.execute(
            "INSERT INTO connections (id, client_id, username, scope, created_at)"
            " VALUES (:id, :client_id, :username, :scope, :now)",
            id=connection_id,
            client_id=client_id,
            username=username,
            scope=scope,
            now=self._clock.now(),
        )
        expires_at = None if terms.policy == "perpetual" else self._clock.now() + terms.lifetime_s
        return self._mint(connection_id, scope, expires_at)

    def of_refresh_token(self, token: str) -> Connection | None:
        """The live connection of a refresh token that is neither used nor expired."""
        return self._find(
            "SELECT c.* FROM refresh_tokens t JOIN connections c ON c.id = t.connection_id"
            " WHERE t.hash = :hash AND c.revoked_at IS NULL"
            " AND (t.expires_at IS NULL OR t.expires_at > :now)",
            hash=digest(token),
            now=self._clock.now(),
        )

    def renew(self, token: str, connection: Connection, terms: RefreshTerms) -> Tokens | None:
        """Exchange a refresh token for a new pair, or None when it was used meanwhile. Where
        refresh tokens do not rotate, only the access token is new.

        Call inside a transaction. A used token is refused but ends nothing: the network behind
        it has authenticated, and two of its workers refreshing at the same moment must not cut
        the person off.
        """
        row = self._database.one(
            "SELECT expires_at FROM refresh_tokens WHERE hash = :hash", hash=digest(token)
        )
        if row is None:
            return None
        expires_at = row["expires_at"]
        if terms.policy == "rolling":
            expires_at = self._clock.now() + terms.lifetime_s
        if terms.rotates:
            self._database.execute(
                "DELETE FROM refresh_tokens WHERE hash = :hash", hash=digest(token)
            )
            return self._mint(connection.id, connection.scope, expires_at)
        self._database.execute(
            "UPDATE refresh_tokens SET expires_at = :expires_at WHERE hash = :hash",
            expires_at=expires_at,
            hash=digest(token),
        )
        return Tokens(self._mint_access_token(connection.id), None)

    def of_access_token(self, token: str) -> Connection | None:
        """The live connection of an access token that is neither expired nor revoked."""
        return self._find(
            "SELECT c.* FROM access_tokens t JOIN connections c ON c.id = t.connection_id"
            " WHERE t.hash = :hash AND t.expires_at > :now AND c.revoked_at IS NULL",
            hash=digest(token),
            now=self._clock.now(),
        )

    def note_use(self, connection: Connection) -> None:
        """Remember that data was read, to the minute: one write a minute, not one a call."""
        now = self._clock.now()
        if connection.last_used_at is None or connection.last_used_at + _LAST_USED_GRAIN_S <= now:
            self._database.execute(
                "UPDATE connections SET last_used_at = :now WHERE id = :id",
                now=now,
                id=connection.id,
            )

    def of_person(self, username: str) -> list[Connection]:
        """A person's live connections, the newest first, at most 200."""
        rows = self._database.all(
            "SELECT * FROM connections WHERE username = :username AND revoked_at IS NULL"
            " ORDER BY created_at DESC, rowid DESC LIMIT :limit",
            username=username,
            limit=_LISTED,
        )
        return [_connection(row) for row in rows]

    def of_everyone(self) -> list[Connection]:
        """All live connections, the newest first, at most 200."""
        rows = self._database.all(
            "SELECT * FROM connections WHERE revoked_at IS NULL"
            " ORDER BY created_at DESC, rowid DESC LIMIT :limit",
            limit=_LISTED,
        )
        return [_connection(row) for row in rows]

    def of_id(self, connection_id: str) -> Connection | None:
        """A live connection, whoever gave it: for the sandbox's own control, not for a page."""
        return self._find(
            "SELECT * FROM connections WHERE id = :id AND revoked_at IS NULL", id=connection_id
        )

    def find(self, connection_id: str, username: str) -> Connection | None:
        """A live connection of this person; another person's is not found."""
        return self._find(
            "SELECT * FROM connections"
            " WHERE id = :id AND username = :username AND revoked_at IS NULL",
            id=connection_id,
            username=username,
        )

    def choose_accounts(self, connection_id: str, account_ids: Sequence[str] | None) -> None:
        """From now on the connection opens these accounts only; None opens all."""
        kept = None if account_ids is None else msgspec.json.encode(account_ids).decode()
        self._database.execute(
            "UPDATE connections SET account_ids = :account_ids WHERE id = :id",
            account_ids=kept,
            id=connection_id,
        )

    def revoke(self, connection_id: str) -> None:
        """End a connection and all its tokens at once."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE connections SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL",
                now=self._clock.now(),
                id=connection_id,
            )
            for table in ("access_tokens", "refresh_tokens"):
                self._database.execute(
                    f"DELETE FROM {table} WHERE connection_id = :id",  # noqa: S608 - fixed names
                    id=connection_id,
                )

    def drop_access_token(self, token: str) -> None:
        """End one access token and leave the connection alone."""
        self._database.execute("DELETE FROM access_tokens WHERE hash = :hash", hash=digest(token))

    def _mint(self, connection_id: str, scope: str, expires_at: int | None) -> Tokens:
        access_token = self._mint_access_token(connection_id)
        if "offline_access" not in scope.split():
            return Tokens(access_token, None)
        refresh_token = self._new_token()
        self._database.execute(
            "INSERT INTO refresh_tokens (hash, connection_id, expires_at)"
            " VALUES (:hash, :connection_id, :expires_at)",
            hash=digest(refresh_token),
            connection_id=connection_id,
            expires_at=expires_at,
        )
        return Tokens(access_token, refresh_token)

    def _mint_access_token(self, connection_id: str) -> str:
        now = self._clock.now()
        access_token = self._new_token()
        self._database.execute("DELETE FROM access_tokens WHERE expires_at <= :now", now=now)
        self._database.execute(
            "INSERT INTO access_tokens (hash, connection_id, expires_at)"
            " VALUES (:hash, :connection_id, :expires_at)",
            hash=digest(access_token),
            connection_id=connection_id,
            expires_at=now + ACCESS_TOKEN_LIFETIME_S,
        )
        return access_token

    def _find(self, sql: str, **values: str | int | bytes) -> Connection | None:
        row = self._database.one(sql, **values)
        return None if row is None else _connection(row)


def _connection(row: sqlite3.Row) -> Connection:
    columns = dict(row)
    chosen = columns["account_ids"]
    columns["account_ids"] = None if chosen is None else msgspec.json.decode(chosen)
    return msgspec.convert(columns, Connection)
