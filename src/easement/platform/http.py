"""The HTTP client, behind which every call to the outside goes: one pool, no redirects, no proxy.

A bank's answer is read to a limit and handed over as bytes. Cookies are never kept.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp


class ConnectFailedError(Exception):
    """No answer: refused, unknown host, TLS failure, reset, or cut short."""


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


class HttpClient:
    """Sends one request and reads the whole answer."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        timeout_s: float = 10.0,
        max_bytes: int = 16 * 1024 * 1024,
    ) -> Response:
        """Send a request; any status is an answer, a redirect too.

        Raises:
            ConnectFailedError, TimedOutError, TooLargeError: there is no usable answer.
        """
        try:
            async with (
                asyncio.timeout(timeout_s),
                self._session.request(
                    method, url, headers=headers, data=form, allow_redirects=False
                ) as answer,
            ):
                body = await _read(answer, max_bytes)
                return Response(
                    status=answer.status,
                    headers={name.lower(): value for name, value in answer.headers.items()},
                    body=body,
                    cookies={name: each.value for name, each in answer.cookies.items()},
                )
        except TimeoutError as error:
            raise TimedOutError(url) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ConnectFailedError(f"{url}: {type(error).__name__}") from error


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
