"""PostgreSQL through asyncpg: a bounded pool, ordinary transactions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from easement.platform.db.engine import Parameters, Transaction, UnavailableError
from easement.platform.db.migrate import upgrade

_UNREACHABLE = (OSError, PoolTimeoutError, InterfaceError, OperationalError)


class PostgresDatabase:
    """The database behind `url` (``postgresql://user@host/name``), which is migrated."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(
            asyncpg_url(url),
            pool_size=8,
            max_overflow=0,
            pool_timeout=5,
            # An error's text would quote the values, and end in a log.
            hide_parameters=True,
        )

    async def migrate(self) -> None:
        """Bring the schema up to date."""
        try:
            async with self._engine.begin() as connection:
                await connection.run_sync(upgrade)
        except _UNREACHABLE as error:
            message = "the database cannot be reached"
            raise UnavailableError(message) from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._connected() as connection, connection.begin():
            unit = Transaction(self.dialect, _on(connection))
            yield unit
        unit.committed()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        async with self._connected() as connection:
            await connection.execution_options(postgresql_readonly=True)
            yield Transaction(self.dialect, _on(connection))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.connect() as connection:
                yield connection
        except _UNREACHABLE as error:
            message = "the database cannot be reached"
            raise UnavailableError(message) from error
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            message = "the database connection was lost"
            raise UnavailableError(message) from error

    async def close(self) -> None:
        await self._engine.dispose()


def asyncpg_url(url: str) -> str:
    """The same address with the driver named, as SQLAlchemy wants it."""
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+asyncpg"}:
        message = f"expected a database URL that starts with postgresql://, got {scheme}://"
        raise ValueError(message)
    return f"postgresql+asyncpg://{rest}"


def _on(connection: AsyncConnection) -> Any:
    async def execute(statement: Executable, parameters: Parameters) -> CursorResult[Any]:
        return await connection.execute(statement, parameters)

    return execute
