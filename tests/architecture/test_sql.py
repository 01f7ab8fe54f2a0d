"""SQL has one place in a package, so that who reads or writes a table can be seen at a glance."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

NETWORK = Path(__file__).parents[2] / "src" / "easement"
ABOVE_GROUND = sorted(
    path
    for path in NETWORK.rglob("*.py")
    if path.relative_to(NETWORK).parts[0] != "platform" and path.stem not in {"store", "tables"}
)
DRIVERS = {"aiosqlite", "alembic", "asyncpg", "sqlalchemy", "sqlite3"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", ABOVE_GROUND, ids=lambda path: str(path.relative_to(NETWORK)))
def test_sql_lives_in_store_and_tables_only(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & DRIVERS
