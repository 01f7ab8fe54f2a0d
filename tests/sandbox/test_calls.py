"""The ring of recent calls."""

from datetime import UTC, datetime

from easement.activity.model import CallRecord
from easement.sandbox.calls import CAPACITY, CallLog, RecentCalls
from easement.sandbox.refusals import ControlError


class Recorder:
    def __init__(self) -> None:
        self.records: list[CallRecord] = []

    def record(self, record: CallRecord) -> None:
        self.records.append(record)


class FakeBank:
    """Answers `GET /calls`, or is out."""

    def __init__(self, *interaction_ids: str) -> None:
        self.calls = [
            {"interactionId": each, "path": f"/{i}"} for i, each in enumerate(interaction_ids)
        ]
        self.out = False

    async def ask(self, method: str, path: str, body: object = None) -> object:
        if self.out:
            raise ControlError(503, "bank_unavailable", "out")
        return {"calls": self.calls}


def record(interaction_id: str) -> CallRecord:
    return CallRecord(
        at=datetime(2026, 3, 1, tzinfo=UTC),
        interaction_id=interaction_id,
        app_id="app",
        grant_id="grant",
        provider_id="mikomo",
        product="balances",
        version="v2",
        status=200,
        code=None,
        bank_ms=1.23,
        total_ms=4.56,
        interaction_type=None,
        intent_type=None,
        last_access=None,
    )


def test_every_record_goes_on_and_the_newest_are_remembered() -> None:
    recorder = Recorder()
    recent = RecentCalls(recorder)
    for number in range(CAPACITY + 5):
        recent.record(record(str(number)))

    assert len(recorder.records) == CAPACITY + 5
    newest = [each.interaction_id for each in recent.newest(CAPACITY * 2)]
    assert newest == [str(number) for number in reversed(range(5, CAPACITY + 5))]
    assert [each.interaction_id for each in recent.newest(1)] == [str(CAPACITY + 4)]
    recent.clear()
    assert recent.newest(1) == []


async def test_a_call_stands_beside_what_the_bank_was_asked_for_it_in_order() -> None:
    recent = RecentCalls(Recorder())
    for each in ("one", "two"):
        recent.record(record(each))
    # The bank tells the newest first.
    log = CallLog(recent, FakeBank("two", "one", "other", "one"))  # type: ignore[arg-type]

    first, second = await log.newest(10)

    assert (first["interactionId"], [call["path"] for call in first["bank"]]) == ("two", ["/0"])
    assert (second["interactionId"], [call["path"] for call in second["bank"]]) == (
        "one",
        ["/3", "/1"],
    )
    assert second["durationMs"] == 4.6


async def test_a_bank_that_cannot_be_asked_leaves_its_side_unknown() -> None:
    recent = RecentCalls(Recorder())
    recent.record(record("one"))
    bank = FakeBank()
    log = CallLog(recent, bank)  # type: ignore[arg-type]

    assert [call["bank"] for call in await log.newest(1)] == [[]]
    bank.out = True
    assert [call["bank"] for call in await log.newest(1)] == [None]
