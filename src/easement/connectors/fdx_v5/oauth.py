"""The bank's OAuth server: sign-in address, code exchange, refresh, revocation (RFC 6749, 7636)."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

import msgspec

from easement.connectors.errors import (
    BankMalformedError,
    BankUnavailableError,
    GrantRefusedError,
)
from easement.connectors.fdx_v5.id_token import IdTokenVerifier
from easement.connectors.fdx_v5.settings import Settings
from easement.connectors.fdx_v5.transport import is_json, send
from easement.connectors.model import BankLogin, BankTokens
from easement.platform.clock import Clock
from easement.platform.http import HttpClient, Response

_TIMEOUT_S = 10.0
_MAX_BYTES = 256 * 1024
_DEFAULT_LIFETIME_S = 300
_MAX_LIFETIME_S = 366 * 86_400


class _TokenAnswer(msgspec.Struct):
    access_token: str
    token_type: str
    expires_in: float = _DEFAULT_LIFETIME_S
    refresh_token: str | None = None
    id_token: str | None = None


class _Refusal(msgspec.Struct):
    error: str


class OAuthClient:
    """The network as a confidential client of one bank."""

    def __init__(
        self, settings: Settings, client_secret: str, http: HttpClient, clock: Clock
    ) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._verifier = IdTokenVerifier(settings, http, clock)
        # RFC 6749 2.3.1: both parts are form-encoded before they are joined.
        pair = f"{quote_plus(settings.client_id)}:{quote_plus(client_secret)}"
        self._headers = {
            "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
            "Accept": "application/json",
        }

    async def authorization_url(
        self, *, redirect_uri: str, state: str, nonce: str, code_verifier: str
    ) -> str:
        """Where to sign in, after a look whether the bank is up: its keys are needed soon anyway,
        and a consumer sent to a bank that is out would not come back.

        Raises:
            BankUnavailableError: whatever is wrong, the bank cannot be used now.
        """
        try:
            await self._verifier.fetch_keys()
        except BankMalformedError as error:
            raise BankUnavailableError(str(error)) from error
        digest = hashlib.sha256(code_verifier.encode()).digest()
        parts = urlsplit(self._settings.authorization_endpoint)
        query = [
            *parse_qsl(parts.query, keep_blank_values=True),
            ("response_type", "code"),
            ("client_id", self._settings.client_id),
            ("redirect_uri", redirect_uri),
            ("scope", self._settings.scope),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", base64.urlsafe_b64encode(digest).rstrip(b"=").decode()),
            ("code_challenge_method", "S256"),
        ]
        return urlunsplit(parts._replace(query=urlencode(query), fragment=""))

    async def exchange(
        self, *, code: str, redirect_uri: str, nonce: str, code_verifier: str
    ) -> tuple[BankTokens, BankLogin]:
        """Exchange the code. Raises `GrantRefusedError` for a code that the bank does not take."""
        answer = await self._token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": code_verifier,
            }
        )
        if answer.id_token is None:
            message = "the token answer to a code has no id_token"
            raise BankMalformedError(message)
        login = await self._verifier.verify(answer.id_token, nonce)
        return self._tokens(answer), login

    async def refresh(self, refresh_token: str) -> BankTokens:
        """New tokens. An answer without a refresh token keeps the old one (RFC 6749 6)."""
        answer = await self._token({"grant_type": "refresh_token", "refresh_token": refresh_token})
        if answer.refresh_token is None:
            answer.refresh_token = refresh_token
        return self._tokens(answer)

    async def revoke(self, token: str) -> None:
        """Revoke a refresh token; does nothing at a bank without the endpoint."""
        if self._settings.revocation_endpoint is None:
            return
        answer = await self._post(
            self._settings.revocation_endpoint,
            {"token": token, "token_type_hint": "refresh_token"},
        )
        # RFC 7009 2.2: a token that is not known any more is answered by 200 as well.
        if answer.status != 200:
            message = f"the revocation endpoint answers {answer.status}, expected 200"
            raise BankUnavailableError(message)

    async def _token(self, form: Mapping[str, str]) -> _TokenAnswer:
        answer = await self._post(self._settings.token_endpoint, form)
        if answer.status != 200:
            raise _refused(answer)
        if not is_json(answer):
            message = "the token answer is not JSON"
            raise BankMalformedError(message)
        try:
            tokens = msgspec.json.decode(answer.body, type=_TokenAnswer)
        except (msgspec.MsgspecError, ValueError):
            message = "the token answer cannot be read"
            raise BankMalformedError(message) from None
        if tokens.token_type.lower() != "bearer" or not tokens.access_token:
            message = "the token answer holds no bearer token"
            raise BankMalformedError(message)
        return tokens

    async def _post(self, url: str, form: Mapping[str, str]) -> Response:
        return await send(
            self._http,
            "POST",
            url,
            headers=self._headers,
            form=form,
            timeout_s=_TIMEOUT_S,
            max_bytes=_MAX_BYTES,
        )

    def _tokens(self, answer: _TokenAnswer) -> BankTokens:
        lifetime = timedelta(seconds=min(max(answer.expires_in, 0), _MAX_LIFETIME_S))
        return BankTokens(
            access_token=answer.access_token,
            refresh_token=answer.refresh_token,
            expires_at=self._clock.now() + lifetime,
        )


def _refused(answer: Response) -> GrantRefusedError | BankUnavailableError:
    """Only a clear invalid_grant ends a consumer's permission; all else may pass by itself or is
    a matter between network and bank (RFC 6749 5.2)."""
    if answer.status == 400:
        try:
            if msgspec.json.decode(answer.body, type=_Refusal).error == "invalid_grant":
                return GrantRefusedError("invalid_grant")
        except (msgspec.MsgspecError, ValueError):
            pass
    return BankUnavailableError(f"the token endpoint answers {answer.status}, expected 200")
