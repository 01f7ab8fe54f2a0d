"""Back to the seed: everything a test made is gone, keys and credentials stay."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from easement.platform import audit
from easement.platform.audit import AuditEvent, AuditKind
from easement.platform.clock import Clock
from easement.platform.clock_offset import ClockOffset
from easement.platform.db import Database, Transaction
from easement.sandbox.bank import BankControl
from easement.sandbox.calls import RecentCalls


class Forgets(Protocol):
    """A service whose rows a test made."""

    async def forget_all(self, tx: Transaction) -> None: ...


class SandboxReset:
    """Resets the bank, then the network in one transaction; caches follow by the change feed."""

    def __init__(
        self,
        *,
        db: Database,
        bank: BankControl,
        offset: ClockOffset,
        recent: RecentCalls,
        write_records: Callable[[], Awaitable[None]],
        services: list[Forgets],
        seed: Callable[[], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._db = db
        self._bank = bank
        self._offset = offset
        self._recent = recent
        self._write_records = write_records
        self._services = services
        self._seed = seed
        self._clock = clock

    async def __call__(self) -> None:
        """Reset.

        Raises:
            ControlError: the bank cannot be reached; then nothing has changed.
        """
        await self._bank.ask("POST", "/reset")
        # What still waits to be written would else appear after the reset.
        await self._write_records()
        async with self._db.transaction() as tx:
            for service in self._services:
                await service.forget_all(tx)
            await self._offset.move(tx, timedelta())
            # The log itself is no test's: it says why everything before it is gone.
            reset = AuditEvent(AuditKind.SANDBOX_RESET, "by the control API", self._clock.now())
            await audit.record(tx, reset)
        self._recent.clear()
        await self._seed()
