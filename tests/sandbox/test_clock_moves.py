"""How far the clock is asked to move."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.sandbox.clock import ClockMove, offset_of, written
from easement.sandbox.refusals import ControlError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "seconds"),
    [
        ("P45D", 45 * 86400),
        ("PT36H", 36 * 3600),
        ("P1DT1M30S", 86490),
        ("-P1D", -86400),
        ("+P1D", 86400),
        ("PT0S", 0),
        (0, 0),
        (90, 90),
        ("90", 90),
        ("-90", -90),
    ],
)
def test_an_offset_is_seconds_or_a_duration(offset: str | int, seconds: int) -> None:
    assert offset_of(ClockMove(offset=offset), NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-03-02T12:00:00Z", 1),
        ("2026-03-02T13:00:00+01:00", 1),
        ("2026-02-28T12:00:00.000Z", -1),
    ],
)
def test_a_moment_is_taken_with_its_zone(now: str, days: int) -> None:
    assert offset_of(ClockMove(now=now), NOW) == timedelta(days=days)


@pytest.mark.parametrize(
    "move",
    [
        *(
            ClockMove(offset=each)
            for each in ("", "tomorrow", "P1Y", "45D", "P", "P10001D", 10**12)
        ),
        *(ClockMove(offset=each) for each in ("9" * 400, "٣", "1.5", "--1")),
        *(ClockMove(now=each) for each in ("", "2026-03-02", "2026-03-02T12:00:00", "now")),
        ClockMove(now="2926-03-02T12:00:00Z"),
        ClockMove(),
        ClockMove(offset=0, now="2026-03-02T12:00:00Z"),
    ],
    ids=str,
)
def test_anything_else_is_refused_and_says_what_was_expected(move: ClockMove) -> None:
    with pytest.raises(ControlError) as refused:
        offset_of(move, NOW)
    assert refused.value.status == 400
    assert refused.value.message.startswith("Expected ")


@given(st.integers(-10_000 * 86400, 10_000 * 86400))
def test_what_is_shown_can_be_asked_for(seconds: int) -> None:
    offset = timedelta(seconds=seconds)
    assert offset_of(ClockMove(offset=written(offset)), NOW) == offset


def test_the_clock_is_never_before_the_moment_it_was_set_to() -> None:
    real_now = NOW + timedelta(milliseconds=600)
    wanted = NOW + timedelta(days=2)
    offset = offset_of(ClockMove(now=wanted.isoformat()), real_now)
    assert timedelta() <= real_now + offset - wanted < timedelta(seconds=1)
