"""Reading a request's parameters, with a limit on each dimension an outsider controls."""

from collections import Counter
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

MAX_BODY_BYTES = 64 * 1024
_MAX_FIELDS = 500
_MEDIA_TYPE = "application/x-www-form-urlencoded"


class BadParametersError(Exception):
    """The parameters cannot be read; the text says what was expected."""


class Parameters:
    """Form or query parameters by name."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        counts = Counter(name for name, _ in pairs)
        self.doubled = frozenset(name for name, count in counts.items() if count > 1)
        self._pairs = pairs
        self._values = dict(pairs)

    def get(self, name: str) -> str:
        """The value, or "" where it is missing: RFC 6749 treats an empty value as omitted."""
        return self._values.get(name, "")

    def every(self, name: str) -> list[str]:
        """All values of a name that may stand more than once, such as the ticks of a list."""
        return [value for given, value in self._pairs if given == name]

    def __contains__(self, name: object) -> bool:
        return name in self._values


def parse(encoded: bytes) -> Parameters:
    """Read `a=1&b=2`; BadParametersError on malformed UTF-8 or too many fields."""
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise BadParametersError("expected percent-encoded UTF-8") from error
    except ValueError as error:
        raise BadParametersError(f"expected at most {_MAX_FIELDS} parameters") from error
    return Parameters(pairs)


def query_of(request: Request) -> Parameters:
    """The query's parameters."""
    return parse(request.scope["query_string"])


async def form_of(request: Request) -> Parameters:
    """The body's parameters; a body over 64 KB is refused with 413 before it is held."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _MEDIA_TYPE:
        raise BadParametersError(f"expected a body of type {_MEDIA_TYPE}")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise HTTPException(413, f"expected at most {MAX_BODY_BYTES} bytes")
    except ClientDisconnect:
        raise BadParametersError("the body ended early") from None
    return parse(bytes(body))
