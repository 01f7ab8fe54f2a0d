"""What can go wrong at a bank.

BankError
├── BankUnavailableError    no usable answer: refused, reset, 5xx without a body that says more
│   └── NothingDoneError    and the bank has certainly done nothing: not reached, or it declined
│       └── ClientRefusedError  it refuses the network itself as its client: the operator's matter
├── BankTimeoutError        no answer in time
├── BankMalformedError      an answer that is not what the protocol promises
├── AccessTokenRejectedError  the access token is expired or revoked: refresh and try again
├── GrantRefusedError       the token endpoint refused a code or refresh token (invalid_grant)
│   ├── RefreshAnswerLostError  after an earlier refresh whose answer never came
│   └── NoRefreshTokenError     there is no refresh token, and the access token has ended
├── NotCoveredError         the permission does not cover this data: the bank gave a smaller scope
├── NoSuchPageError         the offset asked for names no page of the bank's list
└── BankAnswerError         the bank answered with an error of its own, which is passed on
"""

from typing import ClassVar


class BankError(Exception):
    """The bank did not give what was asked."""


class BankUnavailableError(BankError):
    """No usable answer."""


class NothingDoneError(BankUnavailableError):
    """No usable answer, and nothing has changed at the bank: a refresh token still counts."""


class ClientRefusedError(NothingDoneError):
    """The bank refuses the network's own credentials or request (RFC 6749 5.2 but invalid_grant).

    No consumer can mend it and no permission has ended: whoever runs the network must look.
    """


class BankTimeoutError(BankError):
    """No answer in time."""


class BankMalformedError(BankError):
    """The answer breaks the protocol."""


class AccessTokenRejectedError(BankError):
    """The access token is expired or revoked (RFC 6750 invalid_token)."""


class GrantRefusedError(BankError):
    """The token endpoint refused a code or a refresh token (RFC 6749 5.2).

    `reason` is the word under which the end of a grant is recorded.
    """

    reason: ClassVar[str] = "refused_by_provider"


class RefreshAnswerLostError(GrantRefusedError):
    """The bank takes the refresh token no more after an earlier refresh whose answer was lost, in
    a crash for one: most likely it had issued the next one."""

    reason: ClassVar[str] = "refresh_answer_lost"


class NoRefreshTokenError(GrantRefusedError):
    """The bank gave no refresh token, and rejects the access token."""

    reason: ClassVar[str] = "no_refresh_token"


class NotCoveredError(BankError):
    """The access token's scope does not reach this data (RFC 6750 insufficient_scope)."""


class NoSuchPageError(BankError):
    """The offset names no page of the list; the message says what one looks like."""


class BankAnswerError(BankError):
    """The bank's own FDX error: HTTP `status`, integer `code`, `message`, `debug_message`, and the
    seconds after which it may be asked again, where it says so."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        debug_message: str | None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(f"{status}/{code}")
        self.status = status
        self.code = code
        self.message = message
        self.debug_message = debug_message
        self.retry_after_s = retry_after_s
