"""JSON bodies of the control API."""

from typing import TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from easement.sandbox.refusals import ControlError, invalid

_MOST_BYTES = 64 * 1024

T = TypeVar("T")


async def read_json(request: Request, shape: type[T]) -> T:
    """The body as `shape`.

    Raises:
        ControlError: too large, no JSON, or a member that is not as expected; the message names it.
    """
    # A form that another site's page posts cannot say so without asking us first (CORS).
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise invalid("Expected a JSON body with content-type application/json.")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                raise ControlError(
                    413, "too_large", f"Expected a body of at most {_MOST_BYTES} bytes."
                )
    except ClientDisconnect as error:
        raise invalid("Expected a whole body.") from error
    try:
        return msgspec.json.decode(bytes(body), type=shape)
    except msgspec.ValidationError as error:
        raise invalid(f"{error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid("Expected a JSON body.") from error
