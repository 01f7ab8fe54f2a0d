"""What can go wrong at a bank.

BankError
├── BankUnavailableError    no usable answer: refused, reset, 5xx without a body that says more
├── BankTimeoutError        no answer in time
├── BankMalformedError      an answer that is not what the protocol promises
├── AccessTokenRejectedError  the access token is expired or revoked: refresh and try again
├── GrantRefusedError       the token endpoint refused a code or refresh token (invalid_grant)
└── BankAnswerError         the bank answered with an error of its own, which is passed on
"""


class BankError(Exception):
    """The bank did not give what was asked."""


class BankUnavailableError(BankError):
    """No usable answer."""


class BankTimeoutError(BankError):
    """No answer in time."""


class BankMalformedError(BankError):
    """The answer breaks the protocol."""


class AccessTokenRejectedError(BankError):
    """The access token is expired or revoked (RFC 6750 invalid_token)."""


class GrantRefusedError(BankError):
    """The token endpoint refused a code or a refresh token (RFC 6749 5.2)."""


class BankAnswerError(BankError):
    """The bank's own FDX error: HTTP `status`, integer `code`, `message`, `debug_message`."""

    def __init__(self, status: int, code: int, message: str, debug_message: str | None) -> None:
        super().__init__(f"{status}/{code}")
        self.status = status
        self.code = code
        self.message = message
        self.debug_message = debug_message
