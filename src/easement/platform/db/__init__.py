"""The database: one small port (`Database`, `Transaction`) with two engines behind it.

SQLite in one file is the embedded default, PostgreSQL the distributed one. Statements are
SQLAlchemy Core; the schema exists by migrations only. A handler or job opens one transaction and
hands it down; nobody else commits, and no transaction is held over a call to a bank.
"""

from easement.platform.db.engine import Database, Transaction, UnavailableError
from easement.platform.db.moment import moment
from easement.platform.db.open import open_database
from easement.platform.db.schema import UtcDateTime, metadata

__all__ = [
    "Database",
    "Transaction",
    "UnavailableError",
    "UtcDateTime",
    "metadata",
    "moment",
    "open_database",
]
