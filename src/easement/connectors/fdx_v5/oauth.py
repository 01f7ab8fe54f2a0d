"""The bank's OAuth server: sign-in address, code exchange, refresh, revocation (RFC 6749, 7636,
9126)."""

import base64
import hashlib
import logging
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from easement.connectors.errors import (
    BankError,
    BankMalformedError,
    BankUnavailableError,
    ClientRefusedError,
    GrantRefusedError,
    NothingDoneError,
)
from easement.connectors.fdx_v5.client_authentication import ProveClient
from easement.connectors.fdx_v5.discovery import Discovery, Endpoints
from easement.connectors.fdx_v5.id_token import IdTokenVerifier
from easement.connectors.fdx_v5.settings import Settings
from easement.connectors.fdx_v5.token_errors import refused
from easement.connectors.fdx_v5.transport import is_json, send
from easement.connectors.model import BankLogin, BankTokens
from easement.platform.http import HttpClient, Response

_log = logging.getLogger(__name__)
_TIMEOUT_S = 10.0
_MAX_BYTES = 256 * 1024
_MAX_LIFETIME_S = 366 * 86_400


class _TokenAnswer(msgspec.Struct):
    access_token: str
    token_type: str
    expires_in: float | None = None
    refresh_token: str | None = None
    id_token: str | None = None


class _PushedAnswer(msgspec.Struct):
    request_uri: str


class OAuthClient:
    """The network as a confidential client of one bank."""

    def __init__(
        self,
        settings: Settings,
        discovery: Discovery,
        verifier: IdTokenVerifier,
        prove: ProveClient,
        http: HttpClient,
    ) -> None:
        self._settings = settings
        self._discovery = discovery
        self._verifier = verifier
        self._prove = prove
        self._http = http
        self._is_refused = False

    async def authorization_url(
        self,
        *,
        redirect_uri: str,
        state: str,
        nonce: str,
        code_verifier: str,
        login_hint: str | None = None,
        prompt: str | None = None,
    ) -> str:
        """Where to sign in, after a look whether the bank is up: its keys are needed soon anyway,
        and a consumer sent to a bank that is out would not come back.

        Raises:
            BankUnavailableError: whatever is wrong, the bank cannot be used now.
        """
        digest = hashlib.sha256(code_verifier.encode()).digest()
        request = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._settings.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        wishes = {"login_hint": login_hint, "prompt": prompt}
        request |= {name: value for name, value in wishes.items() if value is not None}
        try:
            await self._verifier.fetch_keys()
            endpoints = await self._discovery.endpoints()
            request = await self._pushed(endpoints, request)
        except (BankMalformedError, GrantRefusedError) as error:
            raise BankUnavailableError(str(error)) from error
        parts = urlsplit(endpoints.authorization)
        query = [*parse_qsl(parts.query, keep_blank_values=True), *request.items()]
        return urlunsplit(parts._replace(query=urlencode(query), fragment=""))

    async def is_issuer(self, issuer: str | None) -> bool:
        """RFC 9207 2.4: another issuer's answer is not this bank's, nor is one without an issuer
        from a bank that always sends it."""
        if issuer is None:
            return not (await self._discovery.endpoints()).sends_iss
        return issuer == self._settings.issuer

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
        return _tokens(answer), login

    async def refresh(self, refresh_token: str) -> BankTokens:
        """New tokens. An answer without a refresh token keeps the old one (RFC 6749 6)."""
        answer = await self._token({"grant_type": "refresh_token", "refresh_token": refresh_token})
        if answer.refresh_token is None:
            answer.refresh_token = refresh_token
        return _tokens(answer)

    async def revoke(self, token: str) -> None:
        """Revoke a refresh token; does nothing at a bank without the endpoint."""
        endpoint = (await self._discovery.endpoints()).revocation
        if endpoint is None:
            return
        answer = await self._post(endpoint, {"token": token, "token_type_hint": "refresh_token"})
        # RFC 7009 2.2: a token that is not known any more is answered by 200 as well.
        if answer.status != 200:
            message = f"the revocation endpoint answers {answer.status}, expected 200"
            raise BankUnavailableError(message)

    async def _pushed(self, endpoints: Endpoints, request: dict[str, str]) -> dict[str, str]:
        """What the browser carries: the request, or what stands for it once it is pushed."""
        if endpoints.pushed_authorization_request is None:
            return request
        answer = await self._post(endpoints.pushed_authorization_request, request)
        if answer.status not in {200, 201}:
            raise self._told(refused(answer, "pushed authorization request endpoint"))
        self._is_refused = False
        try:
            pushed = msgspec.json.decode(answer.body, type=_PushedAnswer)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            message = "the answer to a pushed authorization request cannot be read"
            raise BankMalformedError(message) from None
        return {"client_id": self._settings.client_id, "request_uri": pushed.request_uri}

    async def _token(self, form: Mapping[str, str]) -> _TokenAnswer:
        try:
            endpoint = (await self._discovery.endpoints()).token
        except BankError as error:
            raise NothingDoneError(str(error)) from error
        answer = await self._post(endpoint, form)
        if answer.status != 200:
            raise self._told(refused(answer, "token endpoint"))
        self._is_refused = False
        if not is_json(answer):
            message = "the token answer is not JSON"
            raise BankMalformedError(message)
        try:
            tokens = msgspec.json.decode(answer.body, type=_TokenAnswer)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            message = "the token answer cannot be read"
            raise BankMalformedError(message) from None
        if tokens.token_type.lower() != "bearer" or not tokens.access_token:
            message = "the token answer holds no bearer token"
            raise BankMalformedError(message)
        return tokens

    def _told(
        self, error: GrantRefusedError | BankUnavailableError
    ) -> GrantRefusedError | BankUnavailableError:
        """Call the operator, once until it is mended: every call would say it again."""
        if isinstance(error, ClientRefusedError) and not self._is_refused:
            self._is_refused = True
            _log.error(
                "%s refuses the network as its client: %s; no consent is touched, but none of its "
                "data can be had: see easement providers check",
                self._settings.issuer,
                error,
            )
        return error

    async def _post(self, url: str, form: Mapping[str, str]) -> Response:
        proof = self._prove()
        return await send(
            self._http,
            "POST",
            url,
            headers={"Accept": "application/json", **proof.headers},
            form={**form, **proof.form},
            timeout_s=_TIMEOUT_S,
            max_bytes=_MAX_BYTES,
        )


def _tokens(answer: _TokenAnswer) -> BankTokens:
    lifetime = None
    if answer.expires_in is not None:
        lifetime = timedelta(seconds=min(max(answer.expires_in, 0), _MAX_LIFETIME_S))
    return BankTokens(answer.access_token, answer.refresh_token, lifetime)
