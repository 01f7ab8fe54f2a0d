"""The database's own clock, for what several machines compare: theirs may differ by minutes."""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from easement.platform.db.schema import UtcDateTime


class moment(FunctionElement[Any]):  # noqa: N801 - reads as an SQL function
    """The moment `seconds_ago`, as the database sees it, in the form of `UtcDateTime`."""

    type = UtcDateTime()
    inherit_cache = False

    def __init__(self, seconds_ago: int = 0) -> None:
        super().__init__()
        self.seconds_ago = int(seconds_ago)


@compiles(moment, "postgresql")
def _postgresql(element: moment, _compiler: SQLCompiler, **_options: Any) -> str:
    # Not now(), which is the start of the transaction.
    return f"clock_timestamp() - interval '{element.seconds_ago} seconds'"


@compiles(moment, "sqlite")
def _sqlite(element: moment, _compiler: SQLCompiler, **_options: Any) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%f', 'now', '-{element.seconds_ago} seconds')"
