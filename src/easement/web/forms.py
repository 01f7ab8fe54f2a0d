"""Forms and query strings, read to a limit and without surprises."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

_FORM = "application/x-www-form-urlencoded"


class FormError(Exception):
    """A body or query string that is not what was expected; `status` and words say how."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Parameters(Mapping[str, str]):
    """Parameters of which each may appear once, but for `repeated` ones.

    An empty value counts as absent (RFC 6749 3.1).
    """

    def __init__(self, pairs: Sequence[tuple[str, str]], repeatable: str | None = None) -> None:
        self._single: dict[str, str] = {}
        self.repeated: list[str] = []
        self.doubled: str | None = None
        for name, value in pairs:
            if name == repeatable:
                self.repeated.append(value)
            elif name in self._single:
                self.doubled = self.doubled or name
            else:
                self._single[name] = value

    def __getitem__(self, name: str) -> str:
        value = self._single[name]
        if not value:
            raise KeyError(name)
        return value

    def __iter__(self):  # type: ignore[no-untyped-def]
        return (name for name, value in self._single.items() if value)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def read_query(request: Request) -> Parameters:
    """The query string's parameters.

    Raises:
        FormError: too long, or not UTF-8.
    """
    raw = request.scope["query_string"]
    if len(raw) > 16 * 1024:
        raise FormError(414, "The query string is too long; expected at most 16 KB.")
    return Parameters(_pairs(raw))


async def read_form(
    request: Request, *, limit: int = 64 * 1024, repeatable: str | None = None
) -> Parameters:
    """The parameters of a posted form.

    Raises:
        FormError: another content type, larger than `limit`, or not UTF-8.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    wrong_type = FormError(400, f"Expected content-type {_FORM}.")
    if content_type not in {_FORM, ""}:
        raise wrong_type
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > limit:
        raise FormError(413, f"The body is too large; expected at most {limit} bytes.")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise FormError(413, f"The body is too large; expected at most {limit} bytes.")
    except ClientDisconnect as error:
        raise FormError(400, "The body ended early.") from error
    if body and not content_type:
        raise wrong_type
    return Parameters(_pairs(bytes(body)), repeatable)


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=600
        )
    except ValueError as error:
        raise FormError(
            400, "Expected percent-encoded UTF-8 names and values, at most 600."
        ) from error
