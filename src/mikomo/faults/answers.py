"""What a refused call reads: FDX words at the data API, OAuth words at /oauth, a page elsewhere."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from mikomo.callers import DATA_PREFIX
from mikomo.faults.model import Fault
from mikomo.fdx.interaction import InteractionId
from mikomo.oauth.errors import NO_STORE
from mikomo.web.pages import Pages

_MAINTENANCE = 503
_CODE_OF_STATUS = {400: 401, 401: 602, 404: 701, 405: 1206, 422: 704, 429: 1207}
_MESSAGE_OF_CODE = {
    401: "Invalid input",
    403: "Forbidden",
    406: "Content Type not Supported",
    408: "Request timeout",
    500: "Internal server error",
    501: "Subsystem unavailable",
    503: "System is down for maintenance",
    601: "Customer not found",
    602: "Customer not authorized",
    603: "Authentication failed",
    701: "Account not found",
    702: "Invalid start or end date",
    703: "Invalid date range",
    704: "Account type not supported",
    1206: "Method Not Allowed",
    1207: "Too many requests",
}
_OAUTH_ERRORS = {400: "invalid_grant", 401: "invalid_client"}
# Cut off within a name, so that no parser makes anything of it.
_BROKEN_JSON = b'{"accounts": [{"depositAcc'
_ON_PURPOSE = "broken on purpose by the sandbox"


def refused(path: str, fault: Fault, pages: Pages) -> ASGIApp:
    """The answer to a call that a status or an outage ends."""
    status = fault.status or _MAINTENANCE
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if path.startswith(DATA_PREFIX):
        return InteractionId(_fdx(status, fault.code, _ON_PURPOSE, headers))
    if path.startswith("/oauth/") and path != "/oauth/authorize":
        return _oauth(status, headers)
    page = pages.notice(
        status,
        "Mikomo cannot answer right now",
        "This sandbox bank was told to fail here. Nothing was shared.",
    )
    page.headers.update(headers)
    return page


def malformed(path: str) -> ASGIApp:
    """200 and a JSON type, but no JSON."""
    answer = Response(_BROKEN_JSON, media_type="application/json", headers=NO_STORE)
    return InteractionId(answer) if path.startswith(DATA_PREFIX) else answer


def bad_header(expected: str) -> ASGIApp:
    """The answer to a fault header that cannot be read."""
    return InteractionId(_fdx(400, 401, expected, {}))


def _fdx(status: int, code: int | None, detail: str, headers: Mapping[str, str]) -> Response:
    if code is None:
        code = _CODE_OF_STATUS.get(status, status)
    body = {
        "code": code,
        "message": _MESSAGE_OF_CODE.get(code, "Failure"),
        "debugMessage": detail,
    }
    return JSONResponse(body, status, headers=headers)


def _oauth(status: int, headers: Mapping[str, str]) -> Response:
    error = _OAUTH_ERRORS.get(status, "server_error")
    body = {"error": error, "error_description": _ON_PURPOSE}
    return JSONResponse(body, status, headers={**NO_STORE, **headers})
