"""Refusals of the control API: `{"error", "message"}`, where the message says what was expected."""

from starlette.responses import JSONResponse

_WORDS = {
    404: ("not_found", "Expected a path of the control API."),
    405: ("method_not_allowed", "Expected another method; the Allow header lists them."),
    503: ("unavailable", "The network's database is out of reach; try again in a moment."),
}


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


def not_found(message: str) -> ControlError:
    """404: what the path or body names does not exist."""
    return ControlError(404, "not_found", message)


def ended(message: str) -> ControlError:
    """409: it exists, but its state does not allow that."""
    return ControlError(409, "conflict", message)


def answer_of(refusal: ControlError) -> JSONResponse:
    """The refusal as an answer."""
    headers = {"cache-control": "no-store"}
    if refusal.status == 401:
        headers["www-authenticate"] = 'Bearer realm="sandbox"'
    return JSONResponse(
        {"error": refusal.error, "message": refusal.message}, refusal.status, headers
    )


def voice(status: int, message: str) -> JSONResponse:
    """404, 405, 500 and 503 in the same form."""
    error, words = _WORDS.get(status, ("server_error", message))
    return answer_of(ControlError(status, error, words))
