"""Looks at a database without changing it."""

from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from easement.platform.db.migrate import current, newest


async def fault(url: str) -> str | None:
    """What is wrong with the database behind `url`, in words; None if it can be used."""
    try:
        if url.startswith("sqlite:///"):
            return _sqlite_fault(Path(url.removeprefix("sqlite:///")), url)
        return await _postgres_fault(url)
    except (OSError, ValueError, SQLAlchemyError) as error:
        return f"it cannot be used: {str(error).splitlines()[0]}"


async def is_up_to_date(url: str) -> bool:
    """Whether the database exists and stands where this program expects it."""
    try:
        if url.startswith("sqlite:///"):
            return _sqlite_revision(Path(url.removeprefix("sqlite:///")), url) == newest()
        return await _postgres_revision(url) == newest()
    except (OSError, ValueError, SQLAlchemyError):
        return False


def _sqlite_revision(path: Path, url: str) -> str | None:
    if not path.exists():
        return None
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return current(connection)
    finally:
        engine.dispose()


def _sqlite_fault(path: Path, url: str) -> str | None:
    if not path.exists():
        return None  # made at first start
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            if verdict != "ok":
                return f"the file is damaged ({verdict}); restore it from your backup"
            return _version_fault(current(connection))
    finally:
        engine.dispose()


async def _postgres_fault(url: str) -> str | None:
    return _version_fault(await _postgres_revision(url))


async def _postgres_revision(url: str) -> str | None:
    from sqlalchemy.ext.asyncio import create_async_engine

    from easement.platform.db.postgres import asyncpg_url

    engine = create_async_engine(asyncpg_url(url))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(current)
    finally:
        await engine.dispose()


def _version_fault(revision: str | None) -> str | None:
    if revision is not None and revision > newest():
        return (
            f"it was migrated by a newer program (revision {revision}, this one knows "
            f"{newest()}); upgrade this program"
        )
    return None
