"""How far the bank's clock was moved."""

from mikomo.store.database import Database


class ClockOffset:
    """One number that outlasts a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> int:
        """Seconds, 0 where the clock was never moved."""
        row = self._database.one("SELECT seconds FROM clock_offset")
        return 0 if row is None else int(row["seconds"])

    def write(self, seconds: int) -> None:
        """Keep it."""
        self._database.execute(
            "INSERT INTO clock_offset (only_row, seconds) VALUES (1, :seconds)"
            " ON CONFLICT (only_row) DO UPDATE SET seconds = :seconds",
            seconds=seconds,
        )
