"""What nobody handled, in the voice its asker understands: a page, or JSON."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from easement.platform.db import UnavailableError
from easement.platform.throttle import TooManyAttemptsError
from easement.web.pages import Pages

Voice = Callable[[int, str], Response]
Handler = Callable[[Request, Exception], Awaitable[Response]]

_WORDS = {
    404: ("Page not found", "There is nothing at this address.", "Check the address."),
    405: ("Method not allowed", "This address does not take that HTTP method.", "Use a link."),
    429: (
        "Too many tries",
        "There were too many attempts.",
        "Wait a few minutes, then try again.",
    ),
    500: ("Something went wrong", "The fault is ours, not yours.", "Try again in a moment."),
    503: ("Not available", "The network cannot work right now.", "Try again in a minute."),
}


def error_handlers(pages: Pages, voices: dict[str, Voice]) -> dict[int | type[Exception], Handler]:
    """Handlers for Starlette. `voices` answers for the paths that speak to programs; one that ends
    in a slash stands for all below it that have none of their own."""
    subtrees = tuple(path for path in voices if path.endswith("/"))

    def answer(request: Request, status: int) -> Response:
        heading, message, step = _WORDS.get(
            status, ("Bad Request", "The request could not be understood.", "Start again.")
        )
        path = request.url.path.rstrip("/")
        subtree = next((each for each in subtrees if f"{path}/".startswith(each)), "")
        voice = voices.get(path) or voices.get(subtree)
        if voice is not None:
            return voice(status, message)
        if "text/html" in request.headers.get("accept", ""):
            return pages.message(
                request, status=status, heading=heading, message=message, next_steps=[step]
            )
        return JSONResponse({"code": status, "message": heading}, status)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
        response = answer(request, error.status_code)
        response.headers.update(error.headers or {})
        return response

    async def unavailable(request: Request, _error: Exception) -> Response:
        response = answer(request, 503)
        response.headers["retry-after"] = "1"
        return response

    async def too_many(request: Request, error: Exception) -> Response:
        assert isinstance(error, TooManyAttemptsError)  # noqa: S101 - registered for it only
        response = answer(request, 429)
        response.headers["retry-after"] = str(error.wait_s)
        return response

    async def unexpected(request: Request, _error: Exception) -> Response:
        return answer(request, 500)

    return {
        HTTPException: http,
        UnavailableError: unavailable,
        TooManyAttemptsError: too_many,
        Exception: unexpected,
    }
