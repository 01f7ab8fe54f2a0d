"""The database file, its schema and its transactions."""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Randomness = Callable[[], str]
"""Makes an unguessable URL-safe string."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS secrets (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS flows (
    id TEXT PRIMARY KEY,
    browser_hash BLOB NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    state TEXT,
    nonce TEXT,
    scope TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    username TEXT,
    auth_time INTEGER,
    outcome TEXT,
    ended_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS codes (
    hash BLOB PRIMARY KEY,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    username TEXT NOT NULL,
    scope TEXT NOT NULL,
    nonce TEXT,
    code_challenge TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS connections (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    username TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    account_ids TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS connections_of_person ON connections (username, created_at);
CREATE TABLE IF NOT EXISTS access_tokens (
    hash BLOB PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connections (id),
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS access_tokens_of_connection ON access_tokens (connection_id);
CREATE INDEX IF NOT EXISTS access_tokens_by_expiry ON access_tokens (expires_at);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    hash BLOB PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connections (id),
    expires_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS refresh_tokens_of_connection ON refresh_tokens (connection_id);
CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY,
    username TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS attempts (
    key BLOB NOT NULL,
    ends_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (key, ends_at)
) STRICT;
CREATE TABLE IF NOT EXISTS clock_offset (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    seconds INTEGER NOT NULL
) STRICT;
"""


def random_token() -> str:
    """256 bits from the operating system, 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token; tokens have 256 random bits, so no salt or stretching is due."""
    return hashlib.sha256(token.encode()).digest()


class Database:
    """One connection in autocommit mode, used from the event loop's thread only.

    A statement takes microseconds, so handlers run it in place; a handler that writes more than
    one row does so inside `transaction()`.
    """

    def __init__(self, path: Path) -> None:
        # Made before SQLite opens it: the signing key inside is for the owner's eyes only.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA busy_timeout = 5000")
        self._connection.executescript(_SCHEMA)
        self._complete_older_files()

    def execute(self, sql: str, **values: str | int | bytes | None) -> int:
        """Run one statement with named values; returns how many rows it changed."""
        return self._connection.execute(sql, values).rowcount

    def one(self, sql: str, **values: str | int | bytes | None) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, **values: str | int | bytes | None) -> list[sqlite3.Row]:
        """All rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside take effect together or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Write everything out and release the file."""
        self._connection.close()

    def _complete_older_files(self) -> None:
        columns = {row["name"] for row in self.all("PRAGMA table_info(connections)")}
        if "account_ids" not in columns:
            self.execute("ALTER TABLE connections ADD COLUMN account_ids TEXT")
        columns = {row["name"] for row in self.all("PRAGMA table_info(refresh_tokens)")}
        if "expires_at" not in columns:
            self.execute("ALTER TABLE refresh_tokens ADD COLUMN expires_at INTEGER")

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """The bank's own secret of this name, made once and kept."""
        row = self.one("SELECT value FROM secrets WHERE name = :name", name=name)
        if row is None:
            # Another process may start on the same file: the first one's value stands.
            self.execute(
                "INSERT OR IGNORE INTO secrets (name, value) VALUES (:name, :value)",
                name=name,
                value=make(),
            )
            row = self.one("SELECT value FROM secrets WHERE name = :name", name=name)
        if row is None:
            raise RuntimeError(f"the secret {name!r} was written and cannot be read back")
        return str(row["value"])
