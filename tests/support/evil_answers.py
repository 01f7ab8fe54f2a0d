"""HTTP answers of a bank, right and wrong, as bytes; each holds a secret that must not get out."""

import json
import zlib

SECRET = "a-secret-of-the-bank"
JSON_TYPE = "application/json"


def head(
    status: int = 200,
    content_type: str | None = JSON_TYPE,
    length: int | None = None,
    **headers: str,
) -> bytes:
    """The start of an answer; `length` is what it claims. Names of `headers` have _ for -."""
    lines = [f"HTTP/1.1 {status} {SECRET}", "Connection: close", f"X-Bank: {SECRET}"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    if length is not None:
        lines.append(f"Content-Length: {length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def answer(
    status: int = 200,
    body: bytes | object = b"",
    content_type: str | None = JSON_TYPE,
    **headers: str,
) -> bytes:
    """A complete answer; what is no bytes is written as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return head(status, content_type, len(data), **headers) + data


def error(status: int, code: object, message: str = SECRET) -> bytes:
    """An FDX error."""
    return answer(status, {"code": code, "message": message})


def chunks(*sizes_and_data: tuple[str, bytes]) -> bytes:
    """The body of a chunked answer, with sizes as they are given."""
    return b"".join(size.encode() + b"\r\n" + data + b"\r\n" for size, data in sizes_and_data)


def packed(data: bytes, times: int) -> bytes:
    """`data` as often as said, in gzip."""
    pack = zlib.compressobj(wbits=31)
    return b"".join(pack.compress(data) for _ in range(times)) + pack.flush()
