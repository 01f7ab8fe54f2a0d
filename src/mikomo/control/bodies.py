"""What goes in and out of the control API."""

from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from mikomo.control.refusals import invalid

_MAX_BYTES = 64 * 1024

T = TypeVar("T")


async def body_of(request: Request, shape: type[T]) -> T:
    """The JSON body as `shape`; ControlError names the member that is not as expected."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BYTES:
                raise invalid(f"expected a body of at most {_MAX_BYTES} bytes")
    except ClientDisconnect:
        raise invalid("expected a whole body") from None
    try:
        return msgspec.json.decode(bytes(body), type=shape)
    except msgspec.ValidationError as error:
        raise invalid(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid("expected a JSON body") from error


def answer(body: object, status: int = 200) -> Response:
    """JSON, or nothing at all with 204."""
    content = None if status == 204 else msgspec.json.encode(body)
    return Response(
        content,
        status,
        media_type=None if content is None else "application/json",
        headers={"Cache-Control": "no-store"},
    )


def moment(seconds: int) -> str:
    """RFC 3339 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
