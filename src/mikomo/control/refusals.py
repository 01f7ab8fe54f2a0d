"""Refusals of the control API: `{"error", "message"}`, where the message says what was expected."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

_CHALLENGE = {"WWW-Authenticate": "Bearer"}


class ControlError(Exception):
    """A refusal with its HTTP status."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message


def invalid(message: str) -> ControlError:
    """400: the request is not as documented."""
    return ControlError(400, "invalid_request", message)


def not_found(what: str) -> ControlError:
    """404; `what` names the thing, such as "a connection of this id"."""
    return ControlError(404, "not_found", f"expected {what}")


def answer_of(refusal: ControlError) -> JSONResponse:
    """The refusal as an answer."""
    headers = _CHALLENGE if refusal.status == 401 else None
    body = {"error": refusal.error, "message": refusal.message}
    return JSONResponse(body, refusal.status, headers=headers)


async def answer_refusal(_request: Request, error: Exception) -> JSONResponse:
    """The JSON body of a ControlError."""
    if not isinstance(error, ControlError):
        raise TypeError(f"expected a ControlError, got {type(error).__name__}")
    return answer_of(error)


async def answer_http_error(_request: Request, error: Exception) -> JSONResponse:
    """The framework's own refusals, in the same form."""
    if not isinstance(error, HTTPException):
        raise TypeError(f"expected an HTTPException, got {type(error).__name__}")
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "another method")
        refusal = ControlError(405, "method_not_allowed", f"expected {allowed}")
    else:
        refusal = ControlError(error.status_code, "not_found", "expected a path of the control API")
    answer = answer_of(refusal)
    answer.headers.update(error.headers or {})
    return answer
