"""The sandbox bank's control API, spoken to over HTTP."""

from typing import Any

import msgspec

from easement.platform.http import ConnectFailedError, HttpClient, TimedOutError, TooLargeError
from easement.sandbox.refusals import ControlError

_OUT = ControlError(
    503, "bank_unavailable", "The sandbox bank cannot be reached; is it still running?"
)


class _Refusal(msgspec.Struct):
    error: str
    message: str


class BankControl:
    """Asks the control API at `url` with `token`."""

    def __init__(self, http: HttpClient, url: str, token: str) -> None:
        self._http = http
        self._url = url
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """The decoded answer; None where it is empty.

        Raises:
            ControlError: the bank's own refusal, or 502 or 503 where it gives no usable answer.
        """
        try:
            answer = await self._http.send(
                method,
                self._url + path,
                headers=self._headers,
                body=None if body is None else msgspec.json.encode(body),
            )
        except (ConnectFailedError, TimedOutError, TooLargeError) as error:
            raise _OUT from error
        if 400 <= answer.status < 500 and answer.status not in {401, 403}:
            raise _refusal(answer.status, answer.body)
        if answer.status >= 300:
            raise _unexpected(answer.status)
        try:
            return msgspec.json.decode(answer.body) if answer.body else None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _unexpected(answer.status) from error


def _refusal(status: int, body: bytes) -> ControlError:
    try:
        refusal = msgspec.json.decode(body, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _unexpected(status)
    return ControlError(status, refusal.error, refusal.message)


def _unexpected(status: int) -> ControlError:
    return ControlError(
        502, "bank_failed", f"The sandbox bank's control API answered {status} unexpectedly."
    )
