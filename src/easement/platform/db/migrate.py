"""Brings the schema to the version this program was written for.

Alembic costs a good part of a second to import, so a database that already stands at the newest
version is recognised by one query, and Alembic is imported only when there is work to do. On
PostgreSQL an advisory lock lets one of several starting replicas migrate while the others wait.
"""

import re
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from easement.platform.db.engine import UnavailableError

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x45415345  # "EASE"


def migrate_sqlite(url: str) -> None:
    """Migrate the file behind ``sqlite:///{path}``; creates it where it is missing.

    Raises:
        UnavailableError: the file is not a database, or cannot be written.
    """
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            upgrade(connection)
    except DatabaseError as error:
        reason = str(error.orig)
        raise UnavailableError(f"{engine.url.database} cannot be used: {reason}") from error
    finally:
        engine.dispose()


def upgrade(connection: Connection) -> None:
    """Run what is missing, inside the caller's transaction."""
    if current(connection) == newest():
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def newest() -> str:
    """The revision of the last migration file; files are named ``0001_words.py``."""
    names = [path.name for path in (MIGRATIONS / "versions").glob("*.py")]
    return max(match[1] for name in names if (match := re.match(r"(\d{4})_", name)))


def current(connection: Connection) -> str | None:
    """The revision the database stands at; None where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
