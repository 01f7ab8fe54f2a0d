"""A bank's spelling of a moment, in RFC 3339."""

import re
from datetime import UTC, date, datetime

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# FDX 4 and older wrote seconds since 1970.
_EPOCH_LIMIT = 253_402_300_800


def rfc3339(value: object) -> str | None:
    """The same moment in RFC 3339, or None where `value` is none.

    A day stands for its beginning and a time without zone for UTC, because RFC 3339 has neither;
    an offset is kept, and a fraction up to microseconds.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value < _EPOCH_LIMIT:
            return None
        return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")
    if not isinstance(value, str):
        return None
    try:
        if _DATE.fullmatch(value):
            return f"{date.fromisoformat(value).isoformat()}T00:00:00Z"
        if not _DATE.match(value):
            return None  # week dates and basic format, which only Python takes
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    written = moment.isoformat(timespec=_precision(value))
    offset = moment.utcoffset()
    if offset is None:
        return f"{written}Z"
    if offset.seconds % 60:
        return None  # RFC 3339 5.6: an offset is hours and minutes
    return written.replace("+00:00", "Z")


def _precision(value: str) -> str:
    """As fine as it was written: a millisecond stays three digits."""
    fraction = re.search(r"[.,](\d+)", value)
    if fraction is None:
        return "seconds"
    return "milliseconds" if len(fraction[1]) <= 3 else "microseconds"
