"""SQLite: one file, one writer that commits in groups.

SQLite allows one writer at a time and a durable commit costs a disk flush. So units queue for the
writing connection, each in a savepoint of one outer transaction. Who opens a group queues its
commit behind those who wait at that moment: they join the group, one flush serves them all, and
every member learns of the same commit. A statement runs in microseconds and stays on the event
loop; what may block (waiting for another process's lock, flushing) runs in a thread.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, StaticPool, create_engine, event
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import OperationalError

from easement.platform.db.engine import Parameters, Transaction, UnavailableError

_T = TypeVar("_T")
_LOCK_WAIT_S = 10


def _connect(path: Path, *, read_only: bool) -> Connection:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool,
        # An error's text would quote the values, and end in a log.
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": _LOCK_WAIT_S},
    )

    @event.listens_for(engine, "connect")
    def configure(raw: Any, _record: Any) -> None:
        # The driver's own transaction handling opens transactions late; we say BEGIN ourselves.
        raw.isolation_level = None
        raw.execute("PRAGMA journal_mode=WAL")
        # FULL: a claimed code or rotated token stays so even if the power fails after the answer.
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")
        if read_only:
            raw.execute("PRAGMA query_only=ON")

    if not read_only:

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine.connect()


class _Group:
    """Units that are committed together."""

    def __init__(self) -> None:
        self.units: list[Transaction] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class SqliteDatabase:
    """A database in the file `path`, which exists and is migrated."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = _connect(path, read_only=False)
        self._reader = _connect(path, read_only=True)
        self._turn = asyncio.Lock()  # first come, first served
        self._group: _Group | None = None
        self._committer: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._turn:
            group = self._group or await self._open()
            unit = Transaction(self.dialect, _on(self._writer))
            savepoint = self._writer.begin_nested()
            try:
                yield unit
            except BaseException as error:
                if self._raw.in_transaction:
                    savepoint.rollback()
                else:
                    # A full disk, say: SQLite rolled back all of it, not just this unit.
                    self._abandon(group, error)
                raise
            savepoint.commit()
            group.units.append(unit)
        await asyncio.shield(group.done)

    async def _open(self) -> _Group:
        try:
            await _uninterrupted(asyncio.to_thread(self._writer.begin))
        except BaseException as error:
            self._writer.rollback()  # also what began although its unit was cancelled meanwhile
            if not isinstance(error, OperationalError):
                raise
            message = "the database file is locked by another process"
            raise UnavailableError(message) from error
        group = _Group()
        self._group = group
        self._committer = asyncio.create_task(self._commit_at_turn(group))
        return group

    async def _commit_at_turn(self, group: _Group) -> None:
        async with self._turn:
            if group.done.done():
                return  # abandoned; the group that is open now is another
            self._group = None
            try:
                await _uninterrupted(asyncio.to_thread(self._writer.commit))
            except BaseException as error:
                # SQLAlchemy thinks it is over already; SQLite may still hold the lock.
                self._raw.rollback()
                self._abandon(group, error)
                return
        try:
            for unit in group.units:
                unit.committed()
        finally:
            group.done.set_result(None)

    def _abandon(self, group: _Group, error: BaseException) -> None:
        """Nothing of the group is stored: tell every member, and begin anew."""
        self._group = None
        self._writer.rollback()
        failure = UnavailableError("the database could not commit")
        failure.__cause__ = error
        group.done.set_exception(failure)
        group.done.exception()  # read: a group whose units all failed has nobody to tell

    @property
    def _raw(self) -> sqlite3.Connection:
        """The driver's connection, which knows what SQLite itself has done."""
        raw = self._writer.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - the only driver we ask for
        return raw

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        try:
            yield Transaction(self.dialect, _on(self._reader))
        finally:
            # Ends the implicit read transaction: the next read sees what was committed since.
            self._reader.rollback()

    async def close(self) -> None:
        if self._committer is not None:
            await self._committer
        for connection in (self._writer, self._reader):
            connection.close()
            connection.engine.dispose()


async def _uninterrupted(work: Coroutine[Any, Any, _T]) -> _T:
    """Finish `work` even if the caller is cancelled: the turn must not pass on meanwhile."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
        except BaseException:  # noqa: S110 - raised again below, by result()
            pass
    if cancelled is not None:
        raise cancelled
    return task.result()


def _on(
    connection: Connection,
) -> Callable[[Executable, Parameters], Any]:
    async def execute(statement: Executable, parameters: Parameters) -> CursorResult[Any]:
        try:
            return connection.execute(statement, parameters)
        except OperationalError as error:
            message = "the database refused a statement"
            raise UnavailableError(message) from error

    return execute
