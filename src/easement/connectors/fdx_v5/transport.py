"""One call to the bank, with the client's failures in the words of the port."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from easement.connectors.errors import (
    BankMalformedError,
    BankTimeoutError,
    BankUnavailableError,
    NothingDoneError,
)
from easement.platform.http import (
    ConnectFailedError,
    HttpClient,
    NeverConnectedError,
    Response,
    Stream,
    TimedOutError,
    TooLargeError,
)


async def send(
    http: HttpClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    form: Mapping[str, str] | None = None,
    timeout_s: float,
    max_bytes: int,
) -> Response:
    """Send, and let through any answer but a redirect, which would carry a token elsewhere.

    Messages name the kind of failure and never the URL, whose query holds account ids.

    Raises:
        BankUnavailableError, BankTimeoutError, BankMalformedError.
    """
    with bank_failures(timeout_s, max_bytes):
        answer = await http.send(
            method, url, headers=headers, form=form, timeout_s=timeout_s, max_bytes=max_bytes
        )
    _refuse_redirect(answer.status)
    return answer


async def open_stream(
    http: HttpClient, url: str, *, headers: Mapping[str, str], timeout_s: float, pause_s: float
) -> Stream:
    """GET what will be read piece by piece; any status but a redirect is let through.

    FDX lets a bank redirect to where a document lies. Nothing is fetched from there: such an
    address is the bank's word alone, and may as well name a machine inside this network.

    Raises:
        BankUnavailableError, BankTimeoutError.
    """
    with bank_failures(timeout_s):
        answer = await http.open(url, headers=headers, timeout_s=timeout_s, pause_s=pause_s)
    try:
        _refuse_redirect(answer.status)
    except BankUnavailableError:
        answer.close()
        raise
    return answer


@contextmanager
def bank_failures(timeout_s: float, max_bytes: int = 0) -> Iterator[None]:
    """The client's failures as those of the bank."""
    try:
        yield
    except TimedOutError:
        message = f"no answer within {timeout_s:g} s"
        raise BankTimeoutError(message) from None
    except NeverConnectedError:
        message = "no connection could be made"
        raise NothingDoneError(message) from None
    except ConnectFailedError:
        message = "no connection, or one that broke"
        raise BankUnavailableError(message) from None
    except TooLargeError:
        message = f"the answer is larger than {max_bytes} bytes"
        raise BankMalformedError(message) from None


def _refuse_redirect(status: int) -> None:
    if 300 <= status < 400:
        message = f"a redirect ({status}) where none is expected"
        raise BankUnavailableError(message)


def is_json(answer: Response) -> bool:
    """Whether the answer calls itself JSON (RFC 8259, RFC 6839)."""
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")
