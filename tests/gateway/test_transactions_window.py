"""Reading the spellings that RFC 3339 has for one moment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.connectors.model import TimeWindow
from easement.gateway.errors import RefusedError
from easement.gateway.window import last_days, read_window, window_parameters

ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(timezones=ZONES).filter(lambda moment: 2 < moment.year < 9998)


def spelled(moment: datetime, fraction: str, *, lower: bool, zulu: bool) -> str:
    """One of the spellings of `moment`, whose seconds get `fraction`."""
    zone = moment.strftime("%z")
    if zulu:
        moment, zone = moment.astimezone(UTC), "Z"
    else:
        zone = f"{zone[:3]}:{zone[3:]}"
    second = moment.replace(microsecond=0, tzinfo=None).isoformat()
    text = f"{second}{fraction and '.'}{fraction}{zone}"
    return text.lower() if lower else text


@given(
    moment=MOMENTS,
    fraction=st.text("0123456789", max_size=9),
    lower=st.booleans(),
    zulu=st.booleans(),
)
def test_every_spelling_of_a_moment_is_read_as_that_moment_rounded_outwards(
    moment: datetime, fraction: str, *, lower: bool, zulu: bool
) -> None:
    text = spelled(moment, fraction, lower=lower, zulu=zulu)
    nanoseconds = int(fraction.ljust(9, "0"))
    whole = moment.replace(microsecond=0)

    window = read_window({"startTime": text, "endTime": text})

    assert window is not None
    for read, rounded in (
        (window.start, nanoseconds // 1000),
        (window.end, -(-nanoseconds // 1000)),
    ):
        assert read - whole == timedelta(microseconds=rounded)
        assert read.utcoffset() == timedelta()
    assert read_window(window_parameters(window)) == window


@given(first=MOMENTS, second=MOMENTS)
def test_the_order_of_the_ends_is_that_of_the_moments_not_of_the_text(
    first: datetime, second: datetime
) -> None:
    values = {"startTime": first.isoformat(), "endTime": second.isoformat()}
    if first <= second:
        assert read_window(values) is not None
    else:
        with pytest.raises(RefusedError) as caught:
            read_window(values)
        assert caught.value.error.code == 703


@given(text=st.text() | st.from_regex(r"\A\d{4}-\d\d-\d\d[Tt ]?[\d:.,]*[Zz+-]?[\d:]*\Z"))
def test_any_text_is_a_window_or_a_documented_refusal(text: str) -> None:
    code, window = None, None
    try:
        window = read_window({"startTime": text, "endTime": text})
    except RefusedError as refusal:
        code = refusal.error.code
    assert code == 702 if window is None else window.start <= window.end


BASE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NEW_YEAR = datetime(2017, 1, 1, tzinfo=UTC)
LEAP_DAY = datetime(2024, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2026-01-02T03:04:05Z", BASE, BASE),
        ("2026-01-02t03:04:05z", BASE, BASE),
        ("2026-01-02T03:04:05+00:00", BASE, BASE),
        ("2026-01-02T03:04:05-00:00", BASE, BASE),
        ("2026-01-02T08:34:05+05:30", BASE, BASE),
        ("2026-01-01T19:04:05-08:00", BASE, BASE),
        ("2026-01-02T03:04:05.000Z", BASE, BASE),
        ("2026-01-02T03:04:05.5Z", BASE + timedelta(seconds=0.5), BASE + timedelta(seconds=0.5)),
        (
            "2026-01-02T03:04:05.123456789Z",
            BASE + timedelta(microseconds=123456),
            BASE + timedelta(microseconds=123457),
        ),
        (
            "2026-01-02",
            datetime(2026, 1, 2, tzinfo=UTC),
            datetime(2026, 1, 2, 23, 59, 59, tzinfo=UTC),
        ),
        ("2016-12-31T23:59:60Z", NEW_YEAR, NEW_YEAR),
        ("2016-12-31T18:59:60.9-05:00", NEW_YEAR, NEW_YEAR),
        ("2024-02-29T00:00:00Z", LEAP_DAY, LEAP_DAY),
    ],
)
def test_times_are_read_in_the_spellings_of_rfc_3339(
    written: str, start: datetime, end: datetime
) -> None:
    assert read_window({"startTime": written, "endTime": written}) == TimeWindow(start, end)


NO_TIMES = [
    "yesterday",
    "0",
    "2026",
    "2026-01",
    "2026-1-2",
    "20260102",
    "20260102T030405Z",
    "2026-W01-1",
    "2026-002",
    "2026-01-02T03:04:05",
    "2026-01-02T03:04Z",
    "2026-01-02T03:04:05,5Z",
    "2026-01-02T03:04:05.Z",
    "2026-01-02T03:04:05.1234567890Z",
    "2026-01-02T03:04:05+0000",
    "2026-01-02T03:04:05+00",
    "2026-01-02T03:04:05+24:00",
    "2026-01-02T03:04:05+00:60",
    "2026-01-02 03:04:05Z",
    "2026-01-02T03:04:05 02:00",
    "2026-01-02T24:00:00Z",
    "2026-01-02T03:60:00Z",
    "2026-01-02T03:04:60Z",
    "2026-01-02T23:59:60-01:00",
    "2026-02-30T00:00:00Z",
    "2026-02-29",
    "2026-13-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:60Z",
    "9999-12-31",
    "٢026-01-02T00:00:00Z",
    "2026-01-02T00:00:00Z\n",
    "2026-01-02T00:00:00Z\0",
    " 2026-01-02T00:00:00Z",
]


@pytest.mark.parametrize("written", NO_TIMES)
def test_what_rfc_3339_does_not_know_is_refused_with_702(written: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_window({"startTime": written, "endTime": written})
    assert caught.value.error.code == 702


def test_the_last_days_are_calendar_days_back_from_now_in_utc() -> None:
    now = datetime(2026, 3, 10, 1, 30, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    window = last_days(now, 15)
    assert window_parameters(window) == {
        "startTime": "2026-02-22T23:30:00Z",
        "endTime": "2026-03-09T23:30:00Z",
    }
