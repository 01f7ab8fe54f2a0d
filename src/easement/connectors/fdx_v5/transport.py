"""One call to the bank, with the client's failures in the words of the port."""

from collections.abc import Mapping

from easement.connectors.errors import (
    BankMalformedError,
    BankTimeoutError,
    BankUnavailableError,
)
from easement.platform.http import (
    ConnectFailedError,
    HttpClient,
    Response,
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
    try:
        answer = await http.send(
            method, url, headers=headers, form=form, timeout_s=timeout_s, max_bytes=max_bytes
        )
    except TimedOutError:
        message = f"no answer within {timeout_s:g} s"
        raise BankTimeoutError(message) from None
    except ConnectFailedError:
        message = "no connection, or one that broke"
        raise BankUnavailableError(message) from None
    except TooLargeError:
        message = f"the answer is larger than {max_bytes} bytes"
        raise BankMalformedError(message) from None
    if 300 <= answer.status < 400:
        message = f"a redirect ({answer.status}) where none is expected"
        raise BankUnavailableError(message)
    return answer


def is_json(answer: Response) -> bool:
    """Whether the answer calls itself JSON (RFC 8259, RFC 6839)."""
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")
