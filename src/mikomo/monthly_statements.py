"""The statements that come round every month."""

import hashlib

import msgspec

from mikomo.ledger.books import day_of
from mikomo.ledger.month import Month
from mikomo.person import Statement, StatementStatus


class MonthlyStatements(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """One statement for each of the past months; the newest is still in preparation."""

    account_ids: tuple[str, ...]
    months: int = 24
    one_failed: bool = False
    """One of every 24 could not be made."""

    def list(self, account_id: str, now: int) -> tuple[Statement, ...]:
        """Oldest first; the statement of a month is dated its last day."""
        if account_id not in self.account_ids:
            return ()
        present = Month.of(day_of(now))
        return tuple(
            self._statement(account_id, present.plus(-back), newest=back == 1)
            for back in range(self.months, 0, -1)
        )

    def _statement(self, account_id: str, month: Month, *, newest: bool) -> Statement:
        day = month.last
        mark = hashlib.sha256(account_id.encode()).hexdigest()[:10]
        return Statement(
            f"{day:%Y%m}{mark}", day, "Monthly Statement", self._status(month, newest=newest)
        )

    def _status(self, month: Month, *, newest: bool) -> StatementStatus:
        if newest:
            return "PROCESSING"
        number = month.year * 12 + month.number
        return "FAILED" if self.one_failed and number % self.months == 7 else "AVAILABLE"
