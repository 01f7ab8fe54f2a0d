"""The query of a product call: known parameters only, each once and not empty."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from easement.gateway.errors import invalid_input

_MAX_FIELDS = 20
_MAX_ACCOUNT_IDS = 100


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


def wants_standard(values: Mapping[str, str]) -> bool:
    """Whether values are to be answered in FDX's words (`mode=standard`); `raw`, the default,
    passes them as the bank wrote them.

    Raises:
        RefusedError: 400/401 for any other mode.
    """
    mode = values.get("mode", "raw")
    if mode not in {"raw", "standard"}:
        raise invalid_input("mode must be raw or standard.")
    return mode == "standard"
