"""The port to the database that every store and service is written against."""

import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from sqlalchemy import Executable, func, select
from sqlalchemy.engine import CursorResult

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
Execute = Callable[[Executable, Parameters], Awaitable[CursorResult[Any]]]


class UnavailableError(Exception):
    """The database cannot be reached or refuses to work; the caller may try again later."""


class Transaction:
    """A unit of work under way. Results are buffered: read them without awaiting."""

    def __init__(self, dialect: str, execute: Execute) -> None:
        self._dialect = dialect
        self._execute = execute
        self._after_commit: list[Callable[[], None]] = []

    async def execute(
        self, statement: Executable, parameters: Parameters = None
    ) -> CursorResult[Any]:
        """Run one Core statement. Conditional writes are checked by the result's `rowcount`."""
        return await self._execute(statement, parameters)

    async def exclusively(self, what: str) -> None:
        """Wait until no other transaction that says the same `what` is under way.

        For what is made once and must not be made twice. On SQLite every transaction is alone.
        """
        if self._dialect == "postgresql":
            await self.execute(select(func.pg_advisory_xact_lock(zlib.crc32(what.encode()))))

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` once this unit is durable; never after a roll-back."""
        self._after_commit.append(callback)

    def committed(self) -> None:
        """Run the callbacks; for engines only."""
        for callback in self._after_commit:
            callback()


class Database(Protocol):
    """Opens transactions; both kinds raise `UnavailableError` when it is out of reach."""

    dialect: str

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A read-write unit: committed and durable when the block ends, rolled back if it raises.

        Never await anything but the transaction inside the block.
        """
        ...

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """Reads of committed state; writes are not allowed."""
        ...

    async def close(self) -> None: ...
