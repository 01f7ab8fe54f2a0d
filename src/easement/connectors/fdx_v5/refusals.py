"""What an answer other than data means."""

import msgspec

from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankAnswerError,
    BankError,
    BankMalformedError,
    BankTimeoutError,
    BankUnavailableError,
)
from easement.connectors.fdx_v5.reading import FdxError
from easement.connectors.fdx_v5.transport import is_json
from easement.platform.http import Response

_MAX_TEXT = 500


def refusal(answer: Response) -> BankError:
    """The error that an answer which is not 200 or 206 stands for.

    A 401 is about the token when it says so (RFC 6750 3.1) or says nothing: banks use the same
    status for their own "customer not authorized", which is passed on instead.
    """
    status = answer.status
    error = _body(answer)
    if status == 401 and (
        error is None or "invalid_token" in answer.headers.get("www-authenticate", "")
    ):
        return AccessTokenRejectedError("the bank rejects the access token")
    if status in {408, 504}:
        return BankTimeoutError(f"the bank itself timed out ({status})")
    if error is not None and status >= 400:
        return BankAnswerError(
            status,
            int(error.code),
            error.message[:_MAX_TEXT],
            error.debug_message[:_MAX_TEXT] if error.debug_message else None,
        )
    if status >= 500:
        return BankUnavailableError(f"the bank answers {status}")
    return BankMalformedError(f"the bank answers {status} without a reason that can be read")


def _body(answer: Response) -> FdxError | None:
    if not is_json(answer):
        return None
    try:
        error = msgspec.json.decode(answer.body, type=FdxError)
        error.code = int(error.code)
    except (msgspec.MsgspecError, ValueError):
        return None
    return error
