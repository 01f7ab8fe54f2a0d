"""One HTTP request and its response, made fit to be shown on a page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

SHOWN_CHARACTERS = 12_000
"""How much of a body a page carries; an account list with holdings can be half a megabyte."""

_TOKENS = frozenset({"id_token", "access_token", "refresh_token"})
_SHORTENED_FIELDS = _TOKENS | {"code", "token"}
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True)
class Answer:
    """A raw HTTP answer, or why there is none."""

    status: int | None
    reason: str = ""
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    failure: str | None = None
    """Why no answer came, in words; None when one did."""

    @property
    def document(self) -> Any:
        """The body as JSON with its numbers kept exact, or None when it is not JSON."""
        return read_json(self.body)


@dataclass(frozen=True)
class Exchange:
    """A request and its response in display form: secrets shortened, bodies capped."""

    title: str
    method: str
    url: str
    request_headers: Sequence[tuple[str, str]]
    request_form: Sequence[tuple[str, str]]
    status: int | None
    reason: str
    failure: str | None
    interaction_id: str | None
    response_headers: Sequence[tuple[str, str]]
    body: str
    body_size: int
    """Bytes received, whatever part of them is shown."""
    body_cut: bool

    @property
    def succeeded(self) -> bool:
        """Whether the answer carries what was asked for."""
        return self.status is not None and 200 <= self.status < 300


def shorten(secret: str) -> str:
    """The two ends of a token, enough to recognise it and too little to use it."""
    if len(secret) <= 24:
        return "•" * 8
    return f"{secret[:10]}…{secret[-4:]} ({len(secret):,} characters)"


def describe(
    title: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    form: Mapping[str, str],
    answer: Answer,
) -> Exchange:
    """Put a request and its answer into display form."""
    text = _pretty(answer.body)
    interaction_id = next(
        (value for name, value in answer.headers if name.lower() == "x-akoya-interaction-id"), None
    )
    return Exchange(
        title=title,
        method=method,
        url=url,
        request_headers=[(name, _safe_header(name, value)) for name, value in headers.items()],
        request_form=[(name, _safe_field(name, value)) for name, value in form.items()],
        status=answer.status,
        reason=answer.reason,
        failure=answer.failure,
        interaction_id=interaction_id,
        response_headers=list(answer.headers),
        body=text[:SHOWN_CHARACTERS],
        body_size=len(answer.body),
        body_cut=len(text) > SHOWN_CHARACTERS,
    )


def read_json(body: bytes) -> Any:
    """Decode JSON with fractions as Decimal; None when the bytes are not JSON."""
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _safe_header(name: str, value: str) -> str:
    if name.lower() != "authorization":
        return value
    scheme, _, credentials = value.partition(" ")
    return f"{scheme} {shorten(credentials)}"


def _safe_field(name: str, value: str) -> str:
    if name == "client_secret":
        return "•" * 8
    return shorten(value) if name in _SHORTENED_FIELDS else value


def _pretty(body: bytes) -> str:
    document = read_json(body)
    if isinstance(document, dict) and _TOKENS & document.keys():
        # A token answer is small and holds no amounts, so rewriting it loses nothing.
        safe = {
            name: shorten(value) if name in _TOKENS and isinstance(value, str) else value
            for name, value in document.items()
        }
        return json.dumps(safe, indent=2, ensure_ascii=False, default=str)
    try:
        # Reindented as text, so that an amount shows as the bank wrote it: 100.00, not 100.0.
        return msgspec.json.format(body, indent=2).decode(errors="replace")
    except (msgspec.DecodeError, RecursionError):
        return body.decode(errors="replace")
