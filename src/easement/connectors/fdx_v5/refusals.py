"""What an answer other than data means."""

import msgspec

from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankAnswerError,
    BankError,
    BankMalformedError,
    BankTimeoutError,
    BankUnavailableError,
    NotCoveredError,
)
from easement.connectors.fdx_v5.reading import FdxError, words
from easement.connectors.fdx_v5.transport import is_json
from easement.fdx.codes import TOO_MANY_REQUESTS
from easement.platform.http import Response

_MAX_SECONDS_DIGITS = 6


def refusal(answer: Response, access_token: str) -> BankError:
    """The error that an answer which is not 200 or 206 stands for.

    The bank's words are passed on, but for those that quote the `access_token` that was shown.

    A 401 is about the token when it says so (RFC 6750 3.1) or says nothing: banks use the same
    status for their own "customer not authorized", which is passed on instead.
    """
    status = answer.status
    error = _body(answer)
    if status == 401 and (
        error is None or "invalid_token" in answer.headers.get("www-authenticate", "")
    ):
        return AccessTokenRejectedError("the bank rejects the access token")
    if status == 403 and "insufficient_scope" in answer.headers.get("www-authenticate", ""):
        return NotCoveredError("the bank gave a scope that does not reach this data")
    if status in {408, 504}:
        return BankTimeoutError(f"the bank itself timed out ({status})")
    if error is not None and status >= 400:
        return BankAnswerError(
            status,
            int(error.code),
            words(error.message, access_token) or "",
            words(error.debug_message, access_token),
            _retry_after_s(answer),
        )
    if status == 429:
        # Whatever stands before the bank's own server says so in its own words, or in none.
        return BankAnswerError(status, TOO_MANY_REQUESTS.code, "", None, _retry_after_s(answer))
    if status >= 500:
        return BankUnavailableError(f"the bank answers {status}")
    return BankMalformedError(f"the bank answers {status} without a reason that can be read")


def _retry_after_s(answer: Response) -> int | None:
    """RFC 9110 10.2.3, in its form of seconds; a date would be read by another clock."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) <= _MAX_SECONDS_DIGITS:
        return int(text)
    return None


def _body(answer: Response) -> FdxError | None:
    if not is_json(answer):
        return None
    try:
        error = msgspec.json.decode(answer.body, type=FdxError)
        error.code = int(error.code)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return error
