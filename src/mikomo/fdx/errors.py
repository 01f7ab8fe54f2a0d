"""Refusals of the data API: FDX codes as integers, with their HTTP statuses.

FdxError
  400 401   Invalid input            a parameter is not as documented
  400 702   Invalid start or end date
  400 703   Invalid date range       half a range, or one that ends before it starts
  400 1201  Form type not known
  400 1202  Tax year not supported   no year, or one that has not begun
  400 1300  Statement is processing and is not yet available
  401 603   Authentication failed    no access token, or one that opens nothing (any more)
  403 403   Insufficient scope       the token does not cover this data
  404 701   Account not found        no account of this id belongs to the person
  404 1108  Statement not found      unknown, or its making failed
  404 1200  Tax forms not found
  404 404   Not found                no such path
  405 1206  Method not allowed
  406 1203  Content type not supported
  409 1205  Tax forms are not yet available
  500 500   Internal server error
and for the people whose calls always fail, what `data/` says.
"""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse


class FdxError(Exception):
    """A refusal; `detail` says what was expected."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        detail: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.headers = headers


def invalid_input(detail: str) -> FdxError:
    """400: a parameter is not as documented."""
    return FdxError(400, 401, "Invalid input", detail)


def invalid_moment(detail: str) -> FdxError:
    """400: a start or end that is no time."""
    return FdxError(400, 702, "Invalid start or end date", detail)


def invalid_span(detail: str) -> FdxError:
    """400: a start and an end that make no span."""
    return FdxError(400, 703, "Invalid date range", detail)


def not_acceptable(detail: str) -> FdxError:
    """406: the bank has this in other media types only."""
    return FdxError(406, 1203, "Content type not supported", detail)


def account_not_found() -> FdxError:
    """404: none of the person's accounts has this id."""
    return FdxError(404, 701, "Account not found", "expected the id of an account of this customer")


def unauthenticated(challenge: str) -> FdxError:
    """401: the token is missing or opens nothing; the challenge follows RFC 6750, section 3."""
    return FdxError(
        401,
        603,
        "Authentication failed",
        "expected a Bearer access token that is neither expired nor revoked",
        {"WWW-Authenticate": challenge},
    )


async def answer_refusal(_request: Request, error: Exception) -> JSONResponse:
    """The JSON body of an FdxError."""
    if not isinstance(error, FdxError):
        raise TypeError(f"expected an FdxError, got {type(error).__name__}")
    body: dict[str, str | int] = {"code": error.code, "message": error.message}
    if error.detail is not None:
        body["debugMessage"] = error.detail
    headers = {"Cache-Control": "no-store", **(error.headers or {})}
    return JSONResponse(body, error.status, headers=headers)


async def answer_http_error(request: Request, error: Exception) -> JSONResponse:
    """The framework's own refusals, in the same form."""
    if not isinstance(error, HTTPException):
        raise TypeError(f"expected an HTTPException, got {type(error).__name__}")
    if error.status_code == 405:
        refusal = FdxError(405, 1206, "Method Not Allowed", "expected GET", error.headers)
    else:
        refusal = FdxError(
            error.status_code, error.status_code, error.detail, headers=error.headers
        )
    return await answer_refusal(request, refusal)


async def answer_failure(request: Request, _error: Exception) -> JSONResponse:
    """An unexpected failure: nothing about it leaves the bank."""
    return await answer_refusal(request, FdxError(500, 500, "Internal server error"))
