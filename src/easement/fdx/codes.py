"""FDX error codes as this API answers them: an integer code, its HTTP status and its message.

Where the documented API departs from FDX it is followed: 602 is HTTP 401, 401 is HTTP 400, and a
code is a number where FDX has a string. 408 and 406 are HTTP statuses used as codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """`code` and `message` of the error body, `status` of the answer."""

    code: int
    status: int
    message: str


INVALID_INPUT = ErrorCode(401, 400, "Invalid input")
FORBIDDEN = ErrorCode(403, 403, "Subscription not found")
CONTENT_TYPE_NOT_SUPPORTED = ErrorCode(406, 406, "Content Type not Supported")
TIMED_OUT = ErrorCode(408, 408, "Request timed out")
INTERNAL_ERROR = ErrorCode(500, 500, "Internal server error")
SUBSYSTEM_UNAVAILABLE = ErrorCode(501, 500, "Subsystem unavailable")
UNAVAILABLE = ErrorCode(503, 503, "Service unavailable")
IN_MAINTENANCE = ErrorCode(503, 503, "System is down for maintenance")
CUSTOMER_NOT_FOUND = ErrorCode(601, 404, "Customer not found")
CUSTOMER_NOT_AUTHORIZED = ErrorCode(602, 401, "Customer not authorized")
ACCOUNT_NOT_FOUND = ErrorCode(701, 404, "Account not found")
INVALID_DATE = ErrorCode(702, 400, "Invalid start or end date")
INVALID_DATE_RANGE = ErrorCode(703, 400, "Invalid date range")
ACCOUNT_TYPE_NOT_SUPPORTED = ErrorCode(704, 422, "Account type not supported")
ACCOUNT_CLOSED = ErrorCode(705, 409, "Account is closed")
NOT_IMPLEMENTED = ErrorCode(1106, 501, "Not implemented")
NO_DATA = ErrorCode(1107, 404, "No data found for the request")
STATEMENT_NOT_FOUND = ErrorCode(1108, 404, "Statement not found")
TAX_FORM_NOT_FOUND = ErrorCode(1200, 404, "Tax form not found")
TAX_FORM_TYPE_NOT_SUPPORTED = ErrorCode(1201, 400, "Tax form type not supported")
TAX_YEAR_NOT_SUPPORTED = ErrorCode(1202, 400, "Tax year not supported")
TAX_ACCOUNT_REQUIRED = ErrorCode(
    1204, 400, "Account ID is required for searching or validating authorization"
)
TAX_FORMS_NOT_AVAILABLE = ErrorCode(
    1205, 409, "Tax forms are not currently available for this account or this year"
)
METHOD_NOT_ALLOWED = ErrorCode(1206, 405, "Method not allowed")
TOO_MANY_REQUESTS = ErrorCode(1207, 429, "Too many requests")
STATEMENT_PROCESSING = ErrorCode(1300, 400, "Statement is processing and is not yet available")

# FDX has a code of its own for what this API answers as 406.
CONTENT_TYPE_AT_BANK = 1203

# What a bank may say of its customer's data, and an app is told in turn. Codes about the network's
# own conduct at the bank (authentication, routes, methods, versions) are not the app's business.
PASSED_ON: Mapping[int, ErrorCode] = MappingProxyType(
    {
        CONTENT_TYPE_AT_BANK: CONTENT_TYPE_NOT_SUPPORTED,
        **{
            error.code: error
            for error in (
                INVALID_INPUT,
                INTERNAL_ERROR,
                SUBSYSTEM_UNAVAILABLE,
                UNAVAILABLE,
                CUSTOMER_NOT_FOUND,
                CUSTOMER_NOT_AUTHORIZED,
                ACCOUNT_NOT_FOUND,
                INVALID_DATE,
                INVALID_DATE_RANGE,
                ACCOUNT_TYPE_NOT_SUPPORTED,
                ACCOUNT_CLOSED,
                NO_DATA,
                STATEMENT_NOT_FOUND,
                TAX_FORM_NOT_FOUND,
                TAX_FORM_TYPE_NOT_SUPPORTED,
                TAX_YEAR_NOT_SUPPORTED,
                TAX_ACCOUNT_REQUIRED,
                TAX_FORMS_NOT_AVAILABLE,
                TOO_MANY_REQUESTS,
                STATEMENT_PROCESSING,
            )
        },
    }
)
