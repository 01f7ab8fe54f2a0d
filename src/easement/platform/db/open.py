"""Opens the database that a URL names, bringing its schema up to date first."""

from pathlib import Path

from easement.platform.db.engine import Database
from easement.platform.db.migrate import migrate_sqlite


async def open_database(url: str) -> Database:
    """Open ``sqlite:///{path}`` or ``postgresql://…``, migrated to this program's schema.

    Only the engine that is used is imported: each costs start-up time.

    Raises:
        UnavailableError: PostgreSQL cannot be reached.
        ValueError: the URL names neither.
    """
    if url.startswith("sqlite:///"):
        from easement.platform.db.sqlite import SqliteDatabase

        migrate_sqlite(url)
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")))
    from easement.platform.db.postgres import PostgresDatabase

    database = PostgresDatabase(url)
    await database.migrate()
    return database
