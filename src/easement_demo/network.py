"""The sample app's client of the network: the token and revocation endpoints and data calls."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from easement_demo.exchange import Answer, Exchange, describe
from easement_demo.settings import DemoSettings
from easement_demo.tokens import TokenSet

PRODUCTS = {
    "accounts-info": "Account info",
    "balances": "Balances",
    "accounts": "Investments",
}
"""The products this app reads, by path, with the title of each."""

_BODY_LIMIT = 8 * 1024 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=20)


@dataclass(frozen=True)
class DataError:
    """The error body of a data call: `{"code": 602, "message": ..., "debugMessage": ...}`."""

    code: str
    message: str
    debug_message: str | None

    @classmethod
    def from_answer(cls, answer: Any) -> "DataError | None":
        """Read a decoded error body; None when it has no code."""
        if not isinstance(answer, dict) or not isinstance(answer.get("code"), int | str):
            return None
        debug_message = answer.get("debugMessage")
        return cls(
            code=str(answer["code"]),
            message=str(answer.get("message", "")),
            debug_message=debug_message if isinstance(debug_message, str) else None,
        )


@dataclass(frozen=True)
class Reading:
    """One product call: what to show of it, and its document or error."""

    exchange: Exchange
    document: Any
    """The decoded answer of a call that succeeded, else None."""
    error: DataError | None


class NetworkClient:
    """Calls the network over HTTP. Failures are part of the answer; nothing here raises them."""

    def __init__(self, settings: DemoSettings) -> None:
        self._settings = settings

    def authorize_url(self, state: str) -> str:
        """Where to send the browser to link the bank."""
        query = {
            "connector": self._settings.provider_id,
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "response_type": "code",
            "scope": "openid offline_access profile",
            "state": state,
        }
        return f"{self._settings.network_url}/auth?{urlencode(query, quote_via=quote)}"

    async def exchange_code(self, code: str) -> tuple[Exchange, TokenSet | None]:
        """Exchange an authorization code; the token set is None when it was refused."""
        form = {
            "grant_type": "authorization_code",
            "redirect_uri": self._settings.redirect_uri,
            "code": code,
        }
        # RFC 6749 section 2.3.1: each half is form-encoded before it is joined.
        pair = f"{quote(self._settings.client_id)}:{quote(self._settings.client_secret)}"
        headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        return await self._ask_for_tokens("Exchange the code", form, headers)

    async def refresh(self, refresh_token: str) -> tuple[Exchange, TokenSet | None]:
        """Trade a refresh token for a new token set; the old one is dead afterwards."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            **self._credentials(),
        }
        return await self._ask_for_tokens("Refresh the tokens", form, {})

    async def revoke(self, refresh_token: str) -> Exchange:
        """End the grant that the refresh token belongs to."""
        form = {
            **self._credentials(),
            "token": refresh_token,
            "token_type_hint": "refresh_token",
        }
        async with _connect() as connection:
            answer = await self._send(connection, "POST", "/revoke", {}, form)
        return describe(
            "Revoke access",
            "POST",
            self._shown("/revoke"),
            headers={},
            form=form,
            answer=answer,
        )

    async def read_accounts(self, id_token: str) -> dict[str, Reading]:
        """Call every product of `PRODUCTS` at once, as one screen of an app would."""
        headers = {
            "Authorization": f"Bearer {id_token}",
            "Accept": "application/json",
            "x-akoya-interaction-type": "user",
        }
        async with _connect() as connection:
            readings = await asyncio.gather(
                *(self._read(connection, product, headers) for product in PRODUCTS)
            )
        return dict(zip(PRODUCTS, readings, strict=True))

    async def _read(
        self, connection: aiohttp.ClientSession, product: str, headers: Mapping[str, str]
    ) -> Reading:
        path = f"/{product}/v2/{quote(self._settings.provider_id, safe='')}"
        answer = await self._send(connection, "GET", path, headers, {})
        exchange = describe(
            PRODUCTS[product], "GET", self._shown(path), headers=headers, form={}, answer=answer
        )
        if exchange.succeeded:
            return Reading(exchange, answer.document, None)
        return Reading(exchange, None, DataError.from_answer(answer.document))

    async def _ask_for_tokens(
        self, title: str, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[Exchange, TokenSet | None]:
        async with _connect() as connection:
            answer = await self._send(connection, "POST", "/token", headers, form)
        exchange = describe(
            title, "POST", self._shown("/token"), headers=headers, form=form, answer=answer
        )
        tokens = TokenSet.from_answer(answer.document) if exchange.succeeded else None
        return exchange, tokens

    def _credentials(self) -> dict[str, str]:
        return {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
        }

    def _shown(self, path: str) -> str:
        # The address a reader can call, not the inside one this process may use.
        return self._settings.network_url + path

    async def _send(
        self,
        connection: aiohttp.ClientSession,
        method: str,
        path: str,
        headers: Mapping[str, str],
        form: Mapping[str, str],
    ) -> Answer:
        try:
            async with connection.request(
                method,
                self._settings.network_api_url + path,
                headers=headers,
                data=form or None,
                allow_redirects=False,
            ) as response:
                body = await _read_body(response)
                return Answer(
                    status=response.status,
                    reason=response.reason or "",
                    headers=tuple(response.headers.items()),
                    body=body,
                )
        except TimeoutError:
            return Answer(status=None, failure="The network did not answer within 20 seconds.")
        except aiohttp.ClientError as error:
            return Answer(
                status=None, failure=f"The network could not be reached ({type(error).__name__})."
            )


def _connect() -> aiohttp.ClientSession:
    # One short session a page: a mounted app has no start-up and shut-down of its own.
    return aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())


async def _read_body(response: aiohttp.ClientResponse) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_chunked(64 * 1024):
        chunks.append(chunk)
        size += len(chunk)
        if size > _BODY_LIMIT:
            raise aiohttp.ClientPayloadError("body over 8 MB")
    return b"".join(chunks)
