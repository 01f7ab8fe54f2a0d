"""What a bank can do instead of answering, and what an app hears then: one table.

The table in docs/bank-failures.md is held to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tests.support.evil_answers import JSON_TYPE, SECRET, answer, chunks, error, head, packed
from tests.support.evil_bank import PDF, Deed, alter, repeat, reset, say

CUT = "cut"
"""The app's answer is 200 and breaks off."""
PASSES = "passes"
"""The app gets what it asked for."""

Heard: TypeAlias = tuple[int, int] | str
"""Status and code, or one of the above."""

UNUSABLE = (500, 501)
TIMED_OUT = (408, 408)
NOT_JSON = b"<html>" + SECRET.encode() + b"</html>"
_FACT = {"fact": SECRET}
_LONG = b"x" * 100_000


@dataclass(frozen=True)
class Kind:
    """Failures that an app cannot tell apart: what it hears in place of data and of a file."""

    said: str
    data: Heard
    file: Heard


@dataclass(frozen=True)
class Failure:
    """One of a kind: what the bank does where data was asked for, and where a file was; None where
    there is no such case."""

    name: str
    kind: Kind
    data: Deed | None
    file: Deed | None = None


UNREACHABLE = Kind(
    "cannot be reached: no such host, connection refused, no certificate that is trusted",
    UNUSABLE,
    UNUSABLE,
)
NO_ANSWER = Kind("breaks the connection, or answers what is not HTTP", UNUSABLE, UNUSABLE)
CUT_SHORT = Kind("breaks off in the middle of its answer", UNUSABLE, CUT)
LATE = Kind("does not answer in time", TIMED_OUT, TIMED_OUT)
STUCK = Kind("comes to a halt in the middle of its answer", TIMED_OUT, CUT)
TOO_LARGE = Kind("answers more than 16 MB", UNUSABLE, PASSES)
NOT_THE_TYPE = Kind(
    "answers another media type than the one asked for, or none", UNUSABLE, UNUSABLE
)
IN_PART = Kind("answers 206", PASSES, UNUSABLE)
EMPTY = Kind("answers nothing: no body, 201 to 205", UNUSABLE, UNUSABLE)
NOT_THE_FORM = Kind("answers what is not JSON, or JSON of another form", UNUSABLE, PASSES)
REDIRECT = Kind("redirects", UNUSABLE, UNUSABLE)
NO_REASON = Kind(
    "refuses without a reason in FDX's form, or with a code that is not listed above",
    UNUSABLE,
    UNUSABLE,
)
SLOW_ITSELF = Kind("answers 408 or 504", TIMED_OUT, TIMED_OUT)
TOO_OFTEN = Kind("answers 429", (429, 1207), (429, 1207))
NO_SUCH_TYPE = Kind("answers 406", UNUSABLE, (406, 406))
TOKEN_REJECTED = Kind("rejects its access token, and the one it gives instead", UNUSABLE, UNUSABLE)


def _both(name: str, kind: Kind, make: Callable[[str], bytes]) -> Failure:
    """The same answer for data and file but for its media type."""
    return Failure(name, kind, say(make(JSON_TYPE)), say(make(PDF)))


def _broken() -> list[Failure]:
    big = b'{"x":"' + b"x" * 1_000_000
    lines = {f"x-{number}": "x" * 2_000 for number in range(60)}
    return [
        Failure("resets", NO_ANSWER, reset(), reset()),
        Failure("hangs up", NO_ANSWER, say(b""), say(b"")),
        _both("not http", NO_ANSWER, lambda _: NOT_JSON),
        _both("half a head", NO_ANSWER, lambda kind: head(content_type=kind, length=5)[:-3]),
        _both("no status", NO_ANSWER, lambda _: b"HTTP/1.1 OK\r\n\r\n"),
        _both("a length below zero", NO_ANSWER, lambda kind: head(content_type=kind, length=-1)),
        _both("two lengths", NO_ANSWER, lambda _: head(length=5, content_length="6") + b"123456"),
        _both(
            "a header of 100 KB", NO_ANSWER, lambda kind: answer(200, b"{}", kind, x="x" * 100_000)
        ),
        _both("120 KB of headers", NO_ANSWER, lambda kind: answer(500, b"{}", kind, **lines)),
        Failure(
            "resets within",
            CUT_SHORT,
            reset(head(length=10**7) + big),
            reset(head(content_type=PDF, length=10**7) + big),
        ),
        _both("too short", CUT_SHORT, lambda kind: head(content_type=kind, length=10**7) + big),
        _both(
            "no last chunk",
            CUT_SHORT,
            lambda kind: (
                head(content_type=kind, transfer_encoding="chunked") + chunks(("5", b"hello"))
            ),
        ),
        Failure(
            "a chunk of no size",
            CUT_SHORT,
            say(head(transfer_encoding="chunked") + chunks(("5", b"hello"), ("zz", b"hello"))),
        ),
        _both(
            "not what it is packed in",
            CUT_SHORT,
            lambda kind: answer(200, _LONG, kind, content_encoding="gzip"),
        ),
    ]


def _large() -> list[Failure]:
    piece = b" " * 65_536
    times = 30 * 16
    length = len(piece) * times
    zipped = packed(piece, times * 10)
    return [
        Failure(
            "30 MB",
            TOO_LARGE,
            repeat(head(length=length), piece, times),
            repeat(head(content_type=PDF, length=length), piece, times),
        ),
        Failure(
            "30 MB in chunks",
            TOO_LARGE,
            repeat(head(transfer_encoding="chunked"), chunks(("10000", piece)), times),
        ),
        Failure("without end", TOO_LARGE, repeat(head(), piece, times)),
        Failure("300 MB in gzip", TOO_LARGE, say(answer(200, zipped, content_encoding="gzip"))),
    ]


def _wrong_content() -> list[Failure]:
    def of_type(named: str | None) -> Failure:
        return _both(f"type {named}", NOT_THE_TYPE, lambda _: answer(200, {"accounts": []}, named))

    def bare(status: int, kind: Kind, body: object = b"", **headers: str) -> Failure:
        return _both(f"status {status}", kind, lambda media: answer(status, body, media, **headers))

    bodies = {
        "html": NOT_JSON,
        "a list": b"[1]",
        "a text": b'"' + SECRET.encode() + b'"',
        "a number": b"7",
        "null": b"null",
        "another object": b'{"fact":"' + SECRET.encode() + b'"}',
        "two objects": b"{}{}",
        "half an object": b'{"accounts":[',
        "NaN": b'{"accounts":NaN}',
        "not UTF-8": b'{"accounts":"\xff"}',
        "UTF-16": '{"accounts":[]}'.encode("utf-16"),
        "deep lists": b"[" * 100_000 + b"]" * 100_000,
        "deep objects": b'{"accounts":' * 100_000 + b"1" + b"}" * 100_000,
        "an error with 200": b'{"code":701,"message":"' + SECRET.encode() + b'"}',
    }
    away = f"http://127.0.0.1:9/{SECRET}"
    return [
        *map(of_type, ("text/html", "text/plain", "application/octet-stream", "json", "", None)),
        *(Failure(name, NOT_THE_FORM, say(answer(200, body))) for name, body in bodies.items()),
        *(bare(status, EMPTY) for status in (200, 201, 202, 203, 204, 205)),
        Failure("206", IN_PART, alter(bytes, status=206), say(answer(206, b"%PDF", PDF))),
        *(
            bare(status, REDIRECT, _FACT, location=away)
            for status in (300, 301, 302, 303, 304, 305, 307, 308)
        ),
    ]


_BARE = (400, 402, 403, 404, 405, 409, 410, 411, 413, 415, 418, 422, 423, 425, 428, 431, 451, 499)
_BARE_AT_BANK = (500, 501, 502, 503, 505, 507, 511, 520, 599, 700)


def _refusals() -> list[Failure]:
    def bare(status: int, kind: Kind) -> Failure:
        return _both(f"{status} html", kind, lambda _: answer(status, NOT_JSON, "text/html"))

    def coded(name: str, status: int, body: object, kind: Kind = NO_REASON) -> Failure:
        return _both(name, kind, lambda _: answer(status, body))

    huge = "9" * 5_000
    return [
        *(bare(status, NO_REASON) for status in (*_BARE, *_BARE_AT_BANK)),
        *(bare(status, SLOW_ITSELF) for status in (408, 504)),
        bare(429, TOO_OFTEN),
        bare(406, NO_SUCH_TYPE),
        bare(401, TOKEN_REJECTED),
        _both(
            "401 for the token",
            TOKEN_REJECTED,
            lambda _: answer(
                401,
                {"code": 602, "message": SECRET},
                www_authenticate='Bearer error="invalid_token"',
            ),
        ),
        coded("no code", 500, {"message": SECRET}),
        coded("another code", 500, {"code": 123_456, "message": SECRET}),
        coded("a code of the network's own", 403, {"code": 403, "message": SECRET}),
        coded("a huge code", 500, {"code": huge, "message": SECRET}),
        coded("a huge number", 400, answer_number(huge)),
        coded("a code that is no number", 404, {"code": "seven", "message": SECRET}),
        coded("a code in a list", 404, {"code": [701], "message": SECRET}),
        coded("a message in an object", 404, {"code": 701, "message": _FACT}),
        coded("a deep error", 500, b'{"code":"x","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        coded("an error that is not UTF-8", 404, b'{"code":701,"message":"\xff"}'),
        coded("half a pair", 404, b'{"code":701,"message":"\\ud800"}'),
        coded(
            "an error as large as data", 500, b'{"code":501,"message":"' + b"x" * 17_000_000 + b'"}'
        ),
    ]


def answer_number(digits: str) -> bytes:
    """An error whose code is a number of these digits."""
    return b'{"code":%s,"message":"x"}' % digits.encode()


KNOWN_CODES = {
    401: 400,
    500: 500,
    501: 500,
    503: 503,
    601: 404,
    602: 401,
    701: 404,
    702: 400,
    703: 400,
    704: 422,
    705: 409,
    1107: 404,
    1108: 404,
    1200: 404,
    1201: 400,
    1202: 400,
    1203: 406,
    1204: 400,
    1205: 409,
    1207: 429,
    1300: 400,
}
"""The codes that an app is told in the bank's words, and their statuses."""


def coded(code: int, *, text: bool, status: int) -> Deed:
    """The bank's own error, with its code as number or text."""
    return say(error(status, str(code) if text else code, "No such thing here"))


FAILURES = [*_broken(), *_large(), *_wrong_content(), *_refusals()]


def table() -> str:
    """All kinds, as the table of the documents."""
    kinds = dict.fromkeys((UNREACHABLE, *(each.kind for each in FAILURES), LATE, STUCK))
    rows = [f"| {each.said} | {_words(each.data)} | {_words(each.file)} |" for each in kinds]
    return "\n".join(["| the bank | data | a file |", "|---|---|---|", *rows])


def _words(heard: Heard) -> str:
    if isinstance(heard, tuple):
        return f"{heard[0]}, code {heard[1]}"
    return {CUT: "200, and the connection breaks", PASSES: "passed on"}[heard]
