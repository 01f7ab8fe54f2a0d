"""What a refusal of the bank's OAuth endpoints means (RFC 6749 5.2): one table.

| the bank says                         | for the network                                        |
|---------------------------------------|--------------------------------------------------------|
| 400 invalid_grant                     | `GrantRefusedError`: the consumer's permission ended   |
| 400, 401, 403 with another OAuth error | `ClientRefusedError`: the operator's matter           |
| 401 without one                       | `ClientRefusedError`                                   |
| any other 4xx                         | `NothingDoneError`: declined, may pass by itself       |
| anything else                         | `BankUnavailableError`: it may have acted, or not      |
"""

import msgspec

from easement.connectors.errors import (
    BankUnavailableError,
    ClientRefusedError,
    GrantRefusedError,
    NothingDoneError,
)
from easement.platform.http import Response

_OUR_FAULT = frozenset(
    {
        *("invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"),
        *("invalid_request", "invalid_request_object", "invalid_redirect_uri", "invalid_target"),
        *("invalid_dpop_proof", "use_dpop_nonce"),
    }
)


class _Refusal(msgspec.Struct):
    error: str


def refused(answer: Response, endpoint: str) -> GrantRefusedError | BankUnavailableError:
    """The error that an answer other than a success stands for; `endpoint` is how to call it."""
    error = _error(answer)
    if answer.status == 400 and error == "invalid_grant":
        return GrantRefusedError(error)
    if answer.status in {400, 401, 403} and (error in _OUR_FAULT or answer.status == 401):
        return ClientRefusedError(f"the {endpoint} answers {answer.status} {error or ''}".rstrip())
    message = f"the {endpoint} answers {answer.status}, expected a success"
    if 400 <= answer.status < 500:
        return NothingDoneError(message)
    return BankUnavailableError(message)


def _error(answer: Response) -> str | None:
    try:
        return msgspec.json.decode(answer.body, type=_Refusal).error
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
