"""Back to the first day: nobody linked, nobody signed in."""

from mikomo.store.database import Database

# Children before the connections they point at. The bank's own secrets stay: a network that has
# read its keys goes on trusting them.
_FORGOTTEN = (
    *("flows", "codes", "sessions", "attempts"),
    *("access_tokens", "refresh_tokens", "connections"),
)


def forget_everyone(database: Database) -> None:
    """Drop every authorization, code, session, token and connection, all or none."""
    with database.transaction():
        for table in _FORGOTTEN:
            database.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
