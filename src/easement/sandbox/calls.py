"""The last product calls: what the network answered, and what the bank was asked for it."""

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Any, Protocol

from easement.activity.model import CallRecord
from easement.sandbox.bank import BankControl
from easement.sandbox.clock import moment
from easement.sandbox.refusals import ControlError

CAPACITY = 500


class Records(Protocol):
    """Where call records go on to."""

    def record(self, record: CallRecord) -> None: ...


class RecentCalls:
    """Remembers the last 500 records on their way to the recorder; this process's calls only."""

    def __init__(self, recorder: Records) -> None:
        self._recorder = recorder
        self._ring: deque[CallRecord] = deque(maxlen=CAPACITY)

    def record(self, record: CallRecord) -> None:
        """Keep the record, and pass it on."""
        self._ring.appendleft(record)
        self._recorder.record(record)

    def newest(self, limit: int) -> list[CallRecord]:
        """The newest first."""
        return list(islice(self._ring, limit))

    def clear(self) -> None:
        """Forget them."""
        self._ring.clear()


class CallLog:
    """Joins both sides of a call by its interaction id."""

    def __init__(self, recent: RecentCalls, bank: BankControl) -> None:
        self._recent = recent
        self._bank = bank

    async def newest(self, limit: int) -> list[dict[str, Any]]:
        """The newest first; `bank` is None in each where the bank cannot be asked."""
        try:
            asked = (await self._bank.ask("GET", f"/calls?limit={CAPACITY}"))["calls"]
        except ControlError:
            asked = None
        by_id = None if asked is None else _grouped(asked)
        return [_shown(record, by_id) for record in self._recent.newest(limit)]

    async def keep_bodies(self, *, bodies: bool) -> dict[str, Any]:
        """Whether the bank remembers bodies from now on, in memory only."""
        answer: dict[str, Any] = await self._bank.ask("PUT", "/calls", {"bodies": bodies})
        return answer


def _grouped(asked: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The bank's calls by interaction id, in the order in which they were made."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for call in reversed(list(asked)):
        groups.setdefault(str(call.get("interactionId")), []).append(call)
    return groups


def _shown(record: CallRecord, by_id: dict[str, list[dict[str, Any]]] | None) -> dict[str, Any]:
    return {
        "at": moment(record.at),
        "interactionId": record.interaction_id,
        "clientId": record.app_id,
        "grantId": record.grant_id,
        "providerId": record.provider_id,
        "product": record.product,
        "version": record.version,
        "status": record.status,
        "code": record.code,
        "durationMs": round(record.total_ms, 1),
        "bankMs": round(record.bank_ms, 1),
        "bank": None if by_id is None else by_id.get(record.interaction_id, []),
    }
