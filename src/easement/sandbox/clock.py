"""The time of the sandbox: the network's clock and the bank's, moved together."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from easement.platform.clock import MovableClock, SystemClock
from easement.platform.clock_offset import ClockOffset
from easement.platform.db import Database
from easement.sandbox.bank import BankControl
from easement.sandbox.refusals import invalid

# int() would also read underscores and digits of other scripts.
_SECONDS = re.compile(r"[+-]?[0-9]{1,12}")
_FURTHEST = timedelta(days=10_000)
_EXPECTED_OFFSET = (
    'Expected offset to be seconds or an ISO 8601 duration such as "P45D", "PT36H" or "-P1D", '
    "at most 10,000 days."
)
_EXPECTED_NOW = (
    'Expected now to be an RFC 3339 time with its zone, such as "2027-01-15T09:00:00Z", within '
    "10,000 days of today."
)


class ClockMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to move the clock: one of the two."""

    offset: str | int | None = None
    """Seconds ahead of the machine's clock, or an ISO 8601 duration; 0 is the machine's time."""

    now: str | None = None
    """The moment it shall be, RFC 3339."""


class SandboxClock:
    """Both clocks. Leases, caches and throttles follow the machine's and never move."""

    def __init__(
        self, db: Database, offset: ClockOffset, clock: MovableClock, bank: BankControl
    ) -> None:
        self._db = db
        self._offset = offset
        self._clock = clock
        self._bank = bank

    async def shown(self) -> dict[str, Any]:
        """Both, as JSON."""
        return self._answer(await self._bank.ask("GET", "/clock"))

    async def move(self, move: ClockMove) -> dict[str, Any]:
        """Move both; what `shown` says then.

        Raises:
            ControlError: neither or both are given, or one is not as documented.
        """
        offset = offset_of(move, SystemClock().now())
        # The bank first: if it refuses, nothing has moved.
        at_bank = await self._bank.ask(
            "PUT", "/clock", {"offsetSeconds": int(offset.total_seconds())}
        )
        async with self._db.transaction() as tx:
            await self._offset.move(tx, offset)
        return self._answer(at_bank)

    def _answer(self, at_bank: dict[str, Any]) -> dict[str, Any]:
        offset = self._clock.offset
        return {
            "now": moment(self._clock.now()),
            "offset": written(offset),
            "offsetSeconds": int(offset.total_seconds()),
            "bank": at_bank,
        }


def offset_of(move: ClockMove, real_now: datetime) -> timedelta:
    """The offset in whole seconds that `move` asks for."""
    if (move.offset is None) == (move.now is None):
        raise invalid("Expected one of offset and now.")
    if move.now is not None:
        try:
            moment = msgspec.convert(move.now, datetime)
        except msgspec.ValidationError as error:
            raise invalid(_EXPECTED_NOW) from error
        if moment.tzinfo is None:
            raise invalid(_EXPECTED_NOW)
        offset, expected = moment - real_now, _EXPECTED_NOW
    else:
        offset, expected = _duration(move.offset), _EXPECTED_OFFSET
    if abs(offset) > _FURTHEST:
        raise invalid(expected)
    # Upwards: the clock is never before the moment it was set to.
    return timedelta(seconds=math.ceil(offset.total_seconds()))


def _duration(given: str | int | None) -> timedelta:
    text = str(given).strip()
    try:
        if _SECONDS.fullmatch(text):
            return timedelta(seconds=int(text))
        return msgspec.convert(text.removeprefix("+"), timedelta)
    except (msgspec.ValidationError, OverflowError, ValueError) as error:
        raise invalid(_EXPECTED_OFFSET) from error


def written(offset: timedelta) -> str:
    """ISO 8601, such as ``P45D`` or ``-PT90S``."""
    return str(msgspec.to_builtins(offset))


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
