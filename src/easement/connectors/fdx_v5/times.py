"""Times as banks read them."""

from datetime import UTC, datetime, timedelta

from easement.connectors.model import TimeWindow

_MILLISECOND = timedelta(milliseconds=1)
_SECOND = timedelta(seconds=1)


def window_parameters(window: TimeWindow, time_format: str) -> dict[str, str]:
    """`startTime` and `endTime` in the bank's format (`settings.TIME_FORMATS`), rounded outwards to
    its unit: who asks for half a second is given the whole one rather than nothing."""
    unit = _MILLISECOND if time_format == "milliseconds" else _SECOND
    start = window.start - _beyond(window.start, unit)
    end = window.end + -_beyond(window.end, unit) % unit
    return {"startTime": _written(start, time_format), "endTime": _written(end, time_format)}


def _beyond(moment: datetime, unit: timedelta) -> timedelta:
    return timedelta(microseconds=moment.microsecond) % unit


def _written(moment: datetime, time_format: str) -> str:
    utc = moment.astimezone(UTC)
    if time_format == "offset":
        return utc.isoformat(timespec="seconds")
    timespec = "milliseconds" if time_format == "milliseconds" else "seconds"
    return utc.replace(tzinfo=None).isoformat(timespec=timespec) + "Z"
