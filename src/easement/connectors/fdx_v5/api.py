"""The bank's data API: one GET with everything that such a call carries, for data or a file."""

from dataclasses import dataclass

from easement.connectors.errors import BankAnswerError, BankMalformedError
from easement.connectors.fdx_v5.refusals import refusal
from easement.connectors.fdx_v5.settings import Settings
from easement.connectors.fdx_v5.transport import bank_failures, is_json, open_stream, send
from easement.connectors.model import CallContext, Document
from easement.fdx import codes
from easement.platform.http import HttpClient

_MAX_BYTES = 16 * 1024 * 1024
_MAX_ERROR_BYTES = 256 * 1024
# Names that some software writes for a registered media type.
_ALIASES = {
    "image/jpg": "image/jpeg",
    "image/tif": "image/tiff",
    "application/x-pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """The body of a 200 or 206, checked to be UTF-8; `partial` for a 206."""

    body: bytes
    partial: bool


class DataApi:
    """Asks one bank's data API; `timeout_s` bounds one answer, and each pause in a file."""

    def __init__(self, settings: Settings, http: HttpClient, timeout_s: float) -> None:
        self._url = settings.api_url
        self._http = http
        self._timeout_s = timeout_s

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
            timeout_s=self._timeout_s,
            max_bytes=_MAX_BYTES,
        )
        if answer.status not in {200, 206}:
            raise refusal(answer, call.access_token)
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

    async def open_document(
        self, call: CallContext, path_and_query: str, media_type: str
    ) -> Document:
        """A file of `media_type`, opened: the bank has said 200 and that this type follows.

        Raises:
            BankError: `BankMalformedError` for another type, or a file whose end could not be told
                from a break; later, from the document's `read`, whatever cuts it short.
        """
        # Packed, a file's length would not be known.
        headers = {**self.headers(call, media_type), "Accept-Encoding": "identity"}
        answer = await open_stream(
            self._http,
            self._url + path_and_query,
            headers=headers,
            timeout_s=self._timeout_s,
            pause_s=self._timeout_s,
        )
        if answer.status == 406:
            answer.close()
            raise BankAnswerError(406, codes.CONTENT_TYPE_AT_BANK, "", None)
        if answer.status != 200:
            with bank_failures(self._timeout_s, _MAX_ERROR_BYTES):
                raise refusal(await answer.whole(_MAX_ERROR_BYTES), call.access_token)
        told = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_file = answer.tells_its_end and answer.length != 0
        if _ALIASES.get(told, told) != media_type or not is_file:
            answer.close()
            message = f"no file of the type {media_type}, or an empty one, or one without an end"
            raise BankMalformedError(message)

        async def read() -> bytes:
            with bank_failures(self._timeout_s):
                return await answer.read()

        return Document(media_type, answer.length, read, answer.close)
