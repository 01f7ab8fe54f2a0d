"""The HTTP client, behind which every call to the outside goes: one pool, no redirects, no proxy.

A bank's answer is read to a limit and handed over as bytes, or handed on piece by piece as it
comes. Cookies are never kept.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import aiohttp

_PIECE = 64 * 1024


class ConnectFailedError(Exception):
    """No answer: refused, unknown host, TLS failure, reset, or cut short."""


class NeverConnectedError(ConnectFailedError):
    """No connection was made: the other side has not heard of the request."""


class TimedOutError(Exception):
    """The answer did not come in time."""


class TooLargeError(Exception):
    """The answer is larger than its reader allows."""


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer; `headers` has lower-case names, `cookies` what it set."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: Mapping[str, str] = field(default_factory=dict)


class Stream:
    """An answer whose body is still on its way; whoever holds one closes it.

    The other side is read no further ahead than two pieces: TCP makes it wait for its reader.
    """

    def __init__(self, answer: aiohttp.ClientResponse, pause_s: float) -> None:
        self._answer = answer
        self._pause_s = pause_s
        self.status = answer.status
        self.headers: Mapping[str, str] = _headers(answer)

    @property
    def length(self) -> int | None:
        """How many bytes will be read in all; None where the answer does not say."""
        return None if "content-encoding" in self.headers else self._answer.content_length

    @property
    def tells_its_end(self) -> bool:
        """Whether an end can be told from a break (RFC 9112 8): by a length, or by chunks."""
        return self._answer.content_length is not None or "transfer-encoding" in self.headers

    async def read(self) -> bytes:
        """The next bytes, up to 64 KB; none at the end.

        Raises:
            ConnectFailedError: the answer broke off.
            TimedOutError: nothing more came within the pause that is allowed.
        """
        with _told(self._answer):
            async with asyncio.timeout(self._pause_s):
                return await self._answer.content.read(_PIECE)

    async def whole(self, max_bytes: int) -> Response:
        """Read the rest and close. Raises as `HttpClient.send`."""
        try:
            with _told(self._answer):
                async with asyncio.timeout(self._pause_s):
                    body = await _read(self._answer, max_bytes)
        finally:
            self.close()
        return Response(self.status, self.headers, body)

    def close(self) -> None:
        """Let go of the connection, which is used again only if the body was read to its end."""
        self._answer.close()


class HttpClient:
    """Sends requests and reads their answers.

    `tls` gives the TLS context of https connections, with a client certificate for one; a
    connection is never used under another context than the one that it was opened with.
    """

    def __init__(
        self, session: aiohttp.ClientSession, tls: Callable[[], ssl.SSLContext] | None = None
    ) -> None:
        self._session = session
        self._tls = tls

    def using(self, tls: Callable[[], ssl.SSLContext]) -> "HttpClient":
        """A client on the same pool with a TLS context of its own. Where the context cannot be
        made (`OSError`), nothing can be sent."""
        return HttpClient(self._session, tls)

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 10.0,
        max_bytes: int = 16 * 1024 * 1024,
    ) -> Response:
        """Send a request with a `form` or a `body`; any status is an answer, a redirect too.

        Raises:
            ConnectFailedError, TimedOutError, TooLargeError: there is no usable answer.
        """
        with _told(url):
            async with (
                asyncio.timeout(timeout_s),
                self._session.request(
                    method,
                    url,
                    headers=headers,
                    data=form if body is None else body,
                    allow_redirects=False,
                    ssl=self._context(),
                ) as answer,
            ):
                content = await _read(answer, max_bytes)
                return Response(
                    status=answer.status,
                    headers=_headers(answer),
                    body=content,
                    cookies={name: each.value for name, each in answer.cookies.items()},
                )

    async def open(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 10.0,
        pause_s: float = 10.0,
    ) -> Stream:
        """GET, and return as soon as the head of the answer is there, within `timeout_s`.

        `pause_s` is how long a reader of the body will wait for its next piece, in seconds.

        Raises:
            ConnectFailedError, TimedOutError: there is no answer.
        """
        with _told(url):
            async with asyncio.timeout(timeout_s):
                answer = await self._session.get(
                    url, headers=headers, allow_redirects=False, ssl=self._context()
                )
        return Stream(answer, pause_s)

    def _context(self) -> ssl.SSLContext | bool:
        if self._tls is None:
            return True
        try:
            return self._tls()
        except OSError as error:
            raise NeverConnectedError("the TLS context cannot be made") from error


@contextmanager
def _told(source: str | aiohttp.ClientResponse) -> Iterator[None]:
    """The client library's failures in the words of this module."""
    try:
        yield
    except TimeoutError as error:
        raise TimedOutError(_url(source)) from error
    except aiohttp.ClientConnectorError as error:
        raise NeverConnectedError(f"{_url(source)}: {type(error).__name__}") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise ConnectFailedError(f"{_url(source)}: {type(error).__name__}") from error


def _url(source: str | aiohttp.ClientResponse) -> str:
    return source if isinstance(source, str) else str(source.url)


def _headers(answer: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


async def _read(answer: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    if answer.content_length is not None and answer.content_length > max_bytes:
        raise TooLargeError(str(answer.url))
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > max_bytes:
            raise TooLargeError(str(answer.url))
    return bytes(body)


@asynccontextmanager
async def open_http_client() -> AsyncIterator[HttpClient]:
    """A client whose connections live as long as the block."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=512, limit_per_host=256, ttl_dns_cache=60),
        cookie_jar=aiohttp.DummyCookieJar(),
        # Our own limit covers the whole call; aiohttp's default of five minutes would hide it.
        timeout=aiohttp.ClientTimeout(total=None),
        trust_env=False,
    )
    async with session:
        yield HttpClient(session)
