"""The bank's data API: one GET with everything that such a call carries."""

from dataclasses import dataclass

from easement.connectors.errors import BankMalformedError
from easement.connectors.fdx_v5.refusals import refusal
from easement.connectors.fdx_v5.settings import Settings
from easement.connectors.fdx_v5.transport import is_json, send
from easement.connectors.model import CallContext
from easement.platform.http import HttpClient

_TIMEOUT_S = 10.0
_MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """The body of a 200 or 206, checked to be UTF-8; `partial` for a 206."""

    body: bytes
    partial: bool


class DataApi:
    """Asks one bank's data API."""

    def __init__(self, settings: Settings, http: HttpClient) -> None:
        self._url = settings.api_url
        self._http = http

    def headers(self, call: CallContext, accept: str) -> dict[str, str]:
        """What every data call carries to the bank."""
        return {
            **call.headers,
            "Accept": accept,
            "Authorization": f"Bearer {call.access_token}",
            "x-fapi-interaction-id": call.interaction_id,
            "FDX-API-Actor-Type": call.interaction_type.upper(),
        }

    async def get_json(self, call: CallContext, path_and_query: str) -> JsonAnswer:
        """`path_and_query` starts with a slash and is percent-encoded. Raises `BankError`."""
        answer = await send(
            self._http,
            "GET",
            self._url + path_and_query,
            headers=self.headers(call, "application/json"),
            timeout_s=_TIMEOUT_S,
            max_bytes=_MAX_BYTES,
        )
        if answer.status not in {200, 206}:
            raise refusal(answer)
        if not is_json(answer):
            message = "the answer is not JSON"
            raise BankMalformedError(message)
        try:
            # Values are carried on as the bank wrote them, and such a value is not checked for
            # UTF-8 by the decoder.
            answer.body.decode()
        except UnicodeDecodeError:
            message = "the answer is not UTF-8"
            raise BankMalformedError(message) from None
        return JsonAnswer(answer.body, answer.status == 206)
