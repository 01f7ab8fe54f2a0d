"""The query of a product call: known parameters only, each once and not empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from easement.gateway.errors import invalid_input

_MAX_FIELDS = 20
_MAX_ACCOUNT_IDS = 100
_MAX_LIMIT = 500
_DEFAULT_LIMIT = 50
_MAX_OFFSET_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Page:
    """A window of a list: `limit` entries from `offset` (0 is the first)."""

    offset: int
    limit: int


def read_query(raw: bytes, known: frozenset[str]) -> dict[str, str]:
    """The parameters by name.

    Raises:
        RefusedError: 400/401 for one that is unknown, doubled or empty, or is not UTF-8.
    """
    if not raw:
        return {}
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS
        )
    except ValueError:
        raise invalid_input("The query must be percent-encoded UTF-8.") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise invalid_input(f"Unknown query parameter; known: {', '.join(sorted(known))}.")
        if name in found:
            raise invalid_input(f"The query parameter {name} is given more than once.")
        if not value:
            raise invalid_input(f"The query parameter {name} is empty.")
        found[name] = value
    return found


def read_account_ids(values: Mapping[str, str]) -> tuple[str, ...] | None:
    """The ids asked for, in order and each once; None where none are named: all are meant.

    Raises:
        RefusedError: 400/401 for an empty entry or more than 100.
    """
    if "accountIds" not in values:
        return None
    ids = values["accountIds"].split(",")
    if len(ids) > _MAX_ACCOUNT_IDS:
        raise invalid_input(f"accountIds may name up to {_MAX_ACCOUNT_IDS} accounts.")
    if not all(ids):
        raise invalid_input("accountIds must be a list of ids separated by single commas.")
    return tuple(dict.fromkeys(ids))


def check_mode(values: Mapping[str, str]) -> None:
    """`raw`, the default, passes values as the bank wrote them.

    Raises:
        RefusedError: 400/401 for any other; `standard` depends on the provider, and none offers it.
    """
    mode = values.get("mode", "raw")
    if mode == "standard":
        raise invalid_input("mode standard is not offered by this provider; use raw.")
    if mode != "raw":
        raise invalid_input("mode must be raw or standard.")


def read_page(values: Mapping[str, str]) -> Page | None:
    """The window asked for; None where neither offset nor limit is given.

    Raises:
        RefusedError: 400/401 for an offset that is no number, or a limit outside 1 to 500.
    """
    if "offset" not in values and "limit" not in values:
        return None
    return Page(
        offset=_number(values, "offset", 0, 0, 10**_MAX_OFFSET_DIGITS - 1),
        limit=_number(values, "limit", _DEFAULT_LIMIT, 1, _MAX_LIMIT),
    )


def _number(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name)
    if text is None:
        return default
    if (
        text.isascii()
        and text.isdigit()
        and len(text) <= _MAX_OFFSET_DIGITS
        and low <= int(text) <= high
    ):
        return int(text)
    raise invalid_input(f"{name} must be a whole number from {low} to {high}.")
