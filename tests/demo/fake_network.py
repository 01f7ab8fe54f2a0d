"""A network of a few lines: it records what it is asked and answers what a test sets."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

INFO: dict[str, Any] = {
    "accounts": [
        {
            "depositAccount": {
                "accountId": "d1",
                "nickname": "Everyday",
                "accountNumberDisplay": "*****9276",
                "currency": {"currencyCode": "USD"},
            }
        },
        {
            "investmentAccount": {
                "accountId": "i1",
                "description": "Individual",
                "accountNumberDisplay": "*****2061",
                "currency": {"currencyCode": "USD"},
            }
        },
    ]
}

BALANCES = b"""{"accounts":[
 {"depositAccount":{"accountId":"d1","currentBalance":1234.50,"availableBalance":-20,
  "currency":{"currencyCode":"USD"}}},
 {"investmentAccount":{"accountId":"i1","currentValue":98765432.10,
  "currency":{"currencyCode":"USD"}}}]}"""

HOLDINGS: dict[str, Any] = {
    "accounts": [{"investmentAccount": {"accountId": "i1", "holdings": [{}, {}, {}]}}]
}


def id_token(**claims: Any) -> str:
    """A JWT in form only: its signature is the word 'signature'."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2lnbmF0dXJl"


class FakeNetwork:
    """The endpoints the sample app calls; each answer is an attribute a test may replace."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        """Path, headers and form of every request, oldest first."""
        self.products: dict[str, tuple[int, bytes]] = {
            "accounts-info": (200, json.dumps(INFO).encode()),
            "balances": (200, BALANCES),
            "accounts": (200, json.dumps(HOLDINGS).encode()),
        }
        self.token_refusal: tuple[int, dict[str, str]] | None = None
        self.revocation: tuple[int, bytes] = (200, b"")
        self.refreshed = 0
        self.app = Starlette(
            routes=[
                Route("/auth", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/revoke", self._revoke, methods=["POST"]),
                Route("/{product}/v2/mikomo", self._product),
            ]
        )

    def to(self, path: str) -> list[tuple[dict[str, str], dict[str, str]]]:
        """Headers and form of every request to one path."""
        return [(headers, form) for asked, headers, form in self.requests if asked == path]

    def refuse_data(self, status: int, code: int, message: str) -> None:
        """Answer every data call with this error."""
        body = json.dumps({"code": code, "message": message}).encode()
        self.products = dict.fromkeys(self.products, (status, body))

    async def _authorize(self, request: Request) -> Response:
        query = request.query_params
        return RedirectResponse(f"{query['redirect_uri']}?code=good-code&state={query['state']}")

    async def _token(self, request: Request) -> Response:
        form = await self._record(request)
        if self.token_refusal is not None:
            status, body = self.token_refusal
            return JSONResponse(body, status)
        if form["grant_type"] == "refresh_token":
            self.refreshed += 1
        return JSONResponse(
            {
                "token_type": "bearer",
                "expires_in": 86399,
                "refresh_token": f"refresh-token-of-this-link-number-{self.refreshed}",
                "grant_id": "grant-77",
                "id_token": id_token(
                    sub="someone",
                    exp=1_800_000_000,
                    round=self.refreshed,
                    accounts=["d1", "i1"],
                ),
            }
        )

    async def _revoke(self, request: Request) -> Response:
        await self._record(request)
        status, body = self.revocation
        if status == 200:
            self.refuse_data(401, 602, "Customer not authorized")
        return Response(body, status)

    async def _product(self, request: Request) -> Response:
        await self._record(request)
        status, body = self.products[request.path_params["product"]]
        return Response(
            body,
            status,
            media_type="application/json",
            headers={"x-akoya-interaction-id": f"Root=1-{request.path_params['product']}"},
        )

    async def _record(self, request: Request) -> dict[str, str]:
        form = dict(parse_qsl((await request.body()).decode()))
        self.requests.append((request.url.path, dict(request.headers), form))
        return form
