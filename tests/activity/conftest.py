"""A database with the table of call records alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from easement.activity.tables import calls
from easement.platform.db.sqlite import SqliteDatabase


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    path = tmp_path / "activity.db"
    engine = create_engine(f"sqlite:///{path}")
    calls.create(engine)
    engine.dispose()
    database = SqliteDatabase(path)
    yield database
    await database.close()
