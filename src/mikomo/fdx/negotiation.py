"""Which of the forms on offer a caller wants (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Sequence

from starlette.requests import Request

from mikomo.fdx.errors import not_acceptable

_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def chosen_media_type(request: Request, offered: Sequence[str]) -> str:
    """The form that the Accept header likes best; 406/1203 when it likes none of them.

    Among equals the one it names more precisely wins, then the one offered first. No header at all
    takes the first.
    """
    accept = ",".join(request.headers.getlist("accept"))
    if not accept.strip():
        return offered[0]
    weights = _weights(accept)
    liking = {media_type: _liking(media_type, weights) for media_type in offered}
    best = max(offered, key=liking.__getitem__)
    if liking[best][0] == 0:
        raise not_acceptable(f"expected Accept to allow one of {', '.join(offered)}")
    return best


def _weights(accept: str) -> dict[str, float]:
    """Media range to weight; a range with a malformed weight counts for nothing."""
    weights = {}
    for entry in accept.split(","):
        media_range, *parameters = (part.strip() for part in entry.split(";"))
        weighed = [part for part in parameters if part[:2].lower() == "q="]
        found = _WEIGHT.fullmatch(weighed[0]) if weighed else None
        if found or not weighed:
            weights[media_range.lower()] = float(found[1]) if found else 1.0
    return weights


def _liking(media_type: str, weights: dict[str, float]) -> tuple[float, int]:
    """Weight and precision; the most precise range decides."""
    ranges = ("*/*", media_type.partition("/")[0] + "/*", media_type)
    for precision in (2, 1, 0):
        if ranges[precision] in weights:
            return weights[ranges[precision]], precision
    return 0.0, 0
