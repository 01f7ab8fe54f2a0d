"""What the forms say, in the words of the control API."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from easement.sandbox.apps import AppChange
from easement.sandbox.clock import ClockMove
from easement.sandbox.refusals import invalid
from easement.sandbox.token_mint import Wish
from easement.web.forms import Parameters

KINDS = {
    "status": "Answers an error status",
    "latency": "Answers slowly",
    "truncate": "Ends in the middle of an answer",
    "malformed": "Answers with broken JSON",
    "reset": "Cuts the connection",
    "outage": "Is out altogether",
}
"""What can be wrong with the bank, by the names of its control API."""

ENDPOINTS = {
    "*": "everything",
    "accounts": "accounts",
    "transactions": "transactions",
    "customers": "customer",
    "contact": "account holders",
    "payment-networks": "payments",
    "statements": "statements",
    "tax-forms": "tax forms",
    "token": "its token endpoint",
    "authorize": "its sign-in",
}
"""The bank's endpoints, likewise."""

_WHOLE = re.compile(r"-?[0-9]{1,12}")
_OF_KIND = {"status": ("status", "code", "retryAfter"), "latency": ("latencyMs",)}
_NUMBERS = {
    "status": "the status",
    "code": "the code",
    "retryAfter": "Retry-After",
    "latencyMs": "the delay",
    "count": "the number of calls",
    "percent": "the share",
}


def wish(form: Parameters) -> Wish:
    """Whose tokens are wanted."""
    user = form.get("user", "").strip()
    if not user:
        raise invalid("Expected a user name, such as mikomo_10.")
    return Wish(user, form.get("password"), form.get("accounts"), form.get("scope"))


def clock_move(form: Parameters, current: timedelta) -> ClockMove:
    """Where to move the clock: `by` seconds from where it is, to `now`, or to an `offset`."""
    if "by" in form:
        by = _number(form, "by", "the step")
        return ClockMove(offset=int(current.total_seconds()) + by)
    if "now" in form:
        # A browser's field of date and time knows no zone; its label says UTC.
        given = form["now"]
        return ClockMove(now=f"{given}:00Z" if given.count(":") == 1 else f"{given}Z")
    return ClockMove(offset=form.get("offset"))


def fault(form: Parameters) -> Mapping[str, Any]:
    """A fault for the bank, without what does not belong to its kind."""
    kind = form.get("kind", "")
    if kind not in KINDS:
        raise invalid("Expected to hear what goes wrong.")
    made: dict[str, Any] = {"kind": kind, "endpoint": form.get("endpoint", "*")}
    if kind == "outage":
        made["endpoint"] = "*"
    elif "user" in form:
        made["user"] = form["user"].strip()
    for name in ("count", *_OF_KIND.get(kind, ())):
        if name in form:
            made[name] = _number(form, name, _NUMBERS[name])
    if "percent" in form:
        made["share"] = _number(form, "percent", _NUMBERS["percent"]) / 100
    return made


def app_change(form: Parameters) -> AppChange:
    """An app's ticked products and its subscription."""
    return AppChange(products=list(form.repeated), subscription=form.get("subscription"))


def account_ids(form: Parameters) -> list[str]:
    """A comma list."""
    return [each.strip() for each in form.get("accounts", "").split(",") if each.strip()]


def _number(form: Parameters, name: str, words: str) -> int:
    value = form[name].strip()
    if _WHOLE.fullmatch(value) is None:
        raise invalid(f"Expected {words} to be a whole number.")
    return int(value)
