"""The one place where refusals become HTTP: integer FDX code, message, perhaps debugMessage.

Whoever refuses raises a `RefusedError` made from an FDX error code; failures of a bank are
translated by `from_bank`. `message` may be shown to a person, `debugMessage` tells a developer
what was expected.
"""

from collections.abc import Mapping
from datetime import timedelta
from math import ceil

import msgspec

from easement.connectors.errors import (
    BankAnswerError,
    BankError,
    BankTimeoutError,
    GrantRefusedError,
    NoSuchPageError,
    NotCoveredError,
)
from easement.fdx import codes
from easement.fdx.codes import ErrorCode
from easement.gateway.answer import Answer

_encode = msgspec.json.Encoder().encode


class RefusedError(Exception):
    """A call that is not answered with data."""

    def __init__(
        self,
        error: ErrorCode,
        *,
        message: str | None = None,
        debug: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error.code)
        self.error = error
        self.message = message or error.message
        self.debug = debug
        self.headers = headers or {}

    def answer(self) -> Answer:
        """The documented error body."""
        body: dict[str, object] = {"code": self.error.code, "message": self.message}
        if self.debug is not None:
            body["debugMessage"] = self.debug
        return Answer(self.error.status, _encode(body), self.error.code, self.headers)


def invalid_input(debug: str) -> RefusedError:
    """A parameter, header or path that breaks the rules; `debug` says what is expected."""
    return RefusedError(codes.INVALID_INPUT, debug=debug)


def not_authorized(debug: str | None = None) -> RefusedError:
    """One answer for every token that does not count, so that it tells an attacker nothing.

    RFC 9110 15.5.2 wants a challenge with each 401.
    """
    return RefusedError(
        codes.CUSTOMER_NOT_AUTHORIZED,
        debug=debug,
        headers={"www-authenticate": 'Bearer error="invalid_token"'},
    )


def forbidden_route(debug: str) -> RefusedError:
    """A path of no known version or form."""
    return RefusedError(codes.FORBIDDEN, message="Forbidden route", debug=debug)


def unavailable() -> RefusedError:
    """The network's own database is out; it is worth trying again soon."""
    return RefusedError(codes.UNAVAILABLE, headers={"retry-after": "1"})


def in_maintenance(left: timedelta) -> RefusedError:
    """The provider is not asked for anything before the rest of the window is over."""
    return RefusedError(
        codes.IN_MAINTENANCE, headers={"retry-after": str(ceil(left.total_seconds()))}
    )


def too_many_requests(wait_s: int) -> RefusedError:
    """The app has used up its rate; `wait_s` whole seconds later there is some again."""
    return RefusedError(codes.TOO_MANY_REQUESTS, headers={"retry-after": str(wait_s)})


def from_bank(error: BankError) -> RefusedError:
    """A bank's failure: its own words where they are about the customer's data, else a summary."""
    if isinstance(error, BankTimeoutError):
        return RefusedError(codes.TIMED_OUT, debug="The provider did not answer in time.")
    if isinstance(error, GrantRefusedError):
        return RefusedError(codes.CUSTOMER_NOT_FOUND)
    if isinstance(error, NotCoveredError):
        return RefusedError(
            codes.FORBIDDEN, debug="The provider's permission does not cover this data."
        )
    if isinstance(error, NoSuchPageError):
        return invalid_input(str(error))
    if isinstance(error, BankAnswerError) and (known := codes.PASSED_ON.get(error.code)):
        if known is codes.CUSTOMER_NOT_AUTHORIZED:
            return not_authorized()
        wait = error.retry_after_s
        return RefusedError(
            known,
            message=error.message or None,
            debug=error.debug_message,
            headers=None if wait is None else {"retry-after": str(wait)},
        )
    return RefusedError(codes.SUBSYSTEM_UNAVAILABLE, debug="The provider gave no usable answer.")
