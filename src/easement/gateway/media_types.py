"""Which media types an endpoint answers in, and which of them a call's Accept header chooses.

RFC 9110 12.5.1, read generously: what cannot be read of the header is passed over.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from easement.gateway.request import Request

JSON = "application/json"
PDF = "application/pdf"
# The first is what an app gets that leaves the choice to us.
STATEMENT_TYPES = (PDF, "image/jpeg", "image/png", "image/gif", "image/tiff")
ALIASES: Mapping[str, str] = MappingProxyType({"image/jpg": "image/jpeg"})

# By endpoint and the number of path segments behind the provider; everything else is JSON alone.
_OFFERS: Mapping[tuple[str, int], tuple[str, ...]] = MappingProxyType(
    {
        ("statements", 2): STATEMENT_TYPES,
        ("tax-forms", 0): (JSON, PDF),
        ("tax-forms", 1): (JSON, PDF),
    }
)
_JSON_ALONE = (JSON,)

# Commas and semicolons inside a quoted parameter part nothing.
_MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+', re.DOTALL)
_PART = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*"?)+', re.DOTALL)
_RANGE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")
_WEIGHT = re.compile(r"q\s*=\s*((?:0|1)?(?:\.[0-9]{0,6})?)", re.IGNORECASE | re.ASCII)


def offered(request: Request) -> tuple[str, ...]:
    """The media types of the endpoint that was called, the preferred one first."""
    return _OFFERS.get((request.endpoint, len(request.rest)), _JSON_ALONE)


def choose(accept: Sequence[str], offers: Sequence[str]) -> str | None:
    """The offer that the header's values like best, the first of equals; None if they exclude all.

    The most specific range that fits an offer says how much it is liked. Without a header all are
    liked equally.
    """
    ranges = _read(accept)
    if ranges is None:
        return offers[0]
    best, best_weight = None, 0.0
    for offer in offers:
        weight = _weight(offer, ranges)
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


def _weight(offer: str, ranges: Mapping[str, float]) -> float:
    group = offer.partition("/")[0]
    for each in (offer, f"{group}/*", "*/*"):
        if each in ranges:
            return ranges[each]
    return 0.0


def _read(accept: Sequence[str]) -> dict[str, float] | None:
    """The weight of each range; None where no range is given at all."""
    text = ",".join(accept)
    if not text.strip(", \t"):
        return None
    found: dict[str, float] = {}
    for member in _MEMBER.findall(text):
        name, *parameters = [part.strip() for part in _PART.findall(member)] or [""]
        name = name.lower()
        if name == "*":
            name = "*/*"  # an old spelling of one widespread client library
        weight = _weight_of(parameters)
        if weight is None or not _RANGE.fullmatch(name):
            continue
        name = ALIASES.get(name, name)
        # One type with different parameters: our answers have none, so the friendliest counts.
        found[name] = max(weight, found.get(name, 0.0))
    return found


def _weight_of(parameters: Sequence[str]) -> float | None:
    """1 where none is given; None where it cannot be read."""
    for parameter in parameters:
        if parameter[:1] in {"q", "Q"} and parameter[1:].lstrip().startswith("="):
            match = _WEIGHT.fullmatch(parameter)
            if match is None or not any(map(str.isdigit, match[1])):
                return None
            return min(float(match[1]), 1.0)
    return 1.0
