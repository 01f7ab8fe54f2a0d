"""Which endpoint a path belongs to, by the names the fault rules use."""

import re

from mikomo.callers import TOKEN_PATH
from mikomo.faults.model import Endpoint

_OF_AN_ACCOUNT: dict[str, Endpoint] = {
    "contact": "contact",
    "transactions": "transactions",
    "payment-networks": "payment-networks",
    "statements": "statements",
}
_ACCOUNT = re.compile(r"/fdx/v5/accounts(?:/[^/]+(?:/(?P<part>[^/]+)(?:/[^/]+)?)?)?")
_TAX_FORMS = re.compile(r"/fdx/v5/tax-forms(?:/[^/]+)?")
_WHOLE: dict[str, Endpoint] = {
    TOKEN_PATH: "token",
    "/oauth/authorize": "authorize",
    "/fdx/v5/customers/current": "customers",
}


def endpoint_of(path: str) -> Endpoint | None:
    """The endpoint's name, or None for pages, keys and paths that are no endpoint."""
    if path in _WHOLE:
        return _WHOLE[path]
    if _TAX_FORMS.fullmatch(path):
        return "tax-forms"
    account = _ACCOUNT.fullmatch(path)
    if account is None:
        return None
    part = account["part"]
    return "accounts" if part is None else _OF_AN_ACCOUNT.get(part)
