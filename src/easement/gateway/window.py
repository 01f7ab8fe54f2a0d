"""The span of time that a question is about: `startTime` and `endTime`."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from easement.connectors.model import TimeWindow
from easement.fdx import codes
from easement.gateway.errors import RefusedError

# RFC 3339 date-time and full-date. `datetime.fromisoformat` alone would take week dates, times
# without a zone and more.
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt](?P<minute>\d\d:\d\d):(?P<second>\d\d)"
    r"(?:\.(?P<fraction>\d{1,9}))?(?P<zone>[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_BLANK_FOR_PLUS = re.compile(r".* \d\d:\d\d", re.ASCII)
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_NANOSECONDS_IN_IT = 1_000
# A day from either end of the calendar, so that rounding cannot fall off it.
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC) + _DAY, datetime.max.replace(tzinfo=UTC) - _DAY


def read_window(values: Mapping[str, str]) -> TimeWindow | None:
    """The window in the query; None where neither end is given.

    Each end is an RFC 3339 date-time in any zone, or a date, which stands for its first second as
    `startTime` and its last one as `endTime`, in UTC. Anything finer than a microsecond is rounded
    outwards.

    Raises:
        RefusedError: 400/703 for one end without the other, or an end before the start; 400/702
            for text that is no date or time.
    """
    if "startTime" not in values and "endTime" not in values:
        return None
    if "startTime" not in values or "endTime" not in values:
        raise RefusedError(
            codes.INVALID_DATE_RANGE,
            debug="startTime and endTime come together or not at all.",
        )
    window = TimeWindow(_moment(values, "startTime"), _moment(values, "endTime", is_end=True))
    if window.end < window.start:
        raise RefusedError(codes.INVALID_DATE_RANGE, debug="endTime must not be before startTime.")
    return window


def last_days(now: datetime, days: int) -> TimeWindow:
    """The window from as many calendar days ago until now, in whole seconds."""
    end = now.astimezone(UTC).replace(microsecond=0)
    return TimeWindow(end - timedelta(days=days), end)


def window_parameters(window: TimeWindow) -> dict[str, str]:
    """The window as query parameters, so that links keep it while time passes."""
    return {"startTime": _written(window.start), "endTime": _written(window.end)}


def _moment(values: Mapping[str, str], name: str, *, is_end: bool = False) -> datetime:
    text = values[name]
    try:
        moment = _read(text, is_end=is_end)
        if _FIRST <= moment <= _LAST:
            return moment
    except (ValueError, OverflowError):
        pass
    hint = " A + in it must be sent as %2B." if _BLANK_FOR_PLUS.fullmatch(text) else ""
    raise RefusedError(
        codes.INVALID_DATE,
        debug=f"{name} must be an RFC 3339 date-time such as 2026-01-31T00:00:00Z.{hint}",
    )


def _read(text: str, *, is_end: bool) -> datetime:
    if _DATE.fullmatch(text):
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return day + _DAY - timedelta(seconds=1) if is_end else day
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError
    # RFC 3339 5.6: a leap second is the last one of a day in UTC; no bank's clock knows it.
    is_leap = found["second"] == "60"
    zone = "+00:00" if found["zone"] in {"Z", "z"} else found["zone"]
    second = "59" if is_leap else found["second"]
    whole = datetime.fromisoformat(f"{found['day']}T{found['minute']}:{second}{zone}")
    whole = whole.astimezone(UTC)
    if is_leap:
        if (whole.hour, whole.minute) != (23, 59):
            raise ValueError
        return whole + timedelta(seconds=1)
    micro, rest = divmod(int((found["fraction"] or "0").ljust(9, "0")), _NANOSECONDS_IN_IT)
    return whole + (micro + (1 if rest and is_end else 0)) * _MICROSECOND


def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat() + "Z"
