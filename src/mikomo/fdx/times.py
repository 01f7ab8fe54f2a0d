"""Moments and spans of time as callers write them (RFC 3339, section 5.6)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from mikomo.fdx.errors import invalid_moment, invalid_span
from mikomo.web.forms import Parameters

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S = 86_400

# A "+" that the caller did not percent-encode arrives as a space, so an offset may begin with one.
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.\d{1,9})?"
    r"(?:[Zz]|(?P<sign>[+ -])(?P<offset_hour>\d\d):?(?P<offset_minute>\d\d)))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last second, both included, in seconds since 1970-01-01 UTC."""

    first: int
    last: int

    def holds(self, moment: int) -> bool:
        """Whether a moment lies within."""
        return self.first <= moment <= self.last

    def touches(self, day: date) -> bool:
        """Whether any second of this day (UTC) lies within."""
        begins = (day - _EPOCH.date()).days * _DAY_S
        return begins <= self.last and begins + _DAY_S - 1 >= self.first


def asked_span(query: Parameters) -> Span | None:
    """`startTime` to `endTime`, or None where neither is given.

    A date alone stands for that day (UTC): its first second as a start, its last as an end.
    400/702 for what is no time, 400/703 for half a span or one that ends before it starts.
    """
    start = _asked_moment(query, "startTime", 0)
    end = _asked_moment(query, "endTime", _DAY_S - 1)
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise invalid_span("expected startTime and endTime together, or neither")
    if end < start:
        raise invalid_span("expected an endTime that is not before the startTime")
    return Span(start, end)


def _asked_moment(query: Parameters, name: str, second_of_day: int) -> int | None:
    if name not in query:
        return None
    moment = epoch_second(query.get(name), second_of_day)
    if moment is None:
        raise invalid_moment(f"expected {name} in the form 2026-01-31T12:00:00Z (RFC 3339)")
    return moment


def epoch_second(text: str, second_of_day: int = 0) -> int | None:
    """The second since 1970-01-01 UTC, fractions dropped; None for what is no time.

    A date alone is read as the given second of that day.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found["date"]).replace(tzinfo=UTC)
        if found["hour"] is not None:
            # A leap second has no place in the count of seconds: it is read as the next one.
            leap = found["second"] == "60"
            moment = moment.replace(
                hour=int(found["hour"]),
                minute=int(found["minute"]),
                second=59 if leap else int(found["second"]),
                tzinfo=_zone(found),
            )
            second_of_day = int(leap)
    except ValueError:
        return None
    return (moment - _EPOCH) // timedelta(seconds=1) + second_of_day


def _zone(found: re.Match[str]) -> timezone:
    if found["sign"] is None:
        return UTC
    hours, minutes = int(found["offset_hour"]), int(found["offset_minute"])
    if minutes > 59:
        raise ValueError("expected an offset of at most 59 minutes past the hour")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if found["sign"] == "-" else offset)
