"""The accounts page and what can be done to a link: refresh it, revoke it."""

import secrets
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from easement_demo.accounts import overview
from easement_demo.network import NetworkClient, Reading
from easement_demo.rendering import COOKIE, Pages
from easement_demo.sessions import Session, Sessions
from easement_demo.tokens import TokenSet, claim_rows, decode_claims, expiry, shared_accounts

_FORM_LIMIT = 4096

_ADVICE = {
    401: (
        "The token is no longer good: it expired, or access was revoked. Refresh, or link again. "
        "Some users of the sandbox (mikomo_5xx to mikomo_7xx) are refused on purpose, every time."
    ),
    403: "This app may not use this product or bank.",
    404: "The bank does not know this customer or account any more.",
    408: "The bank took too long. Load the page again.",
    429: "Too many requests. Wait a moment, then load the page again.",
}


class AccountPages:
    """Handlers of a linked bank."""

    def __init__(self, pages: Pages, sessions: Sessions, network: NetworkClient) -> None:
        self._pages = pages
        self._sessions = sessions
        self._network = network

    async def accounts(self, request: Request) -> Response:
        """Read the accounts now and show them with every exchange beside them."""
        session = self._session(request)
        if session is None or session.tokens is None:
            return self._pages.go("/")
        tokens = session.tokens
        readings = await self._network.read_accounts(tokens.id_token)
        claims = decode_claims(tokens.id_token)
        return self._pages.page(
            "accounts.html",
            overview=overview(*(reading.document for reading in readings.values())),
            problems=_problems(readings),
            exchanges=[reading.exchange for reading in readings.values()],
            token_exchanges=list(session.token_exchanges),
            claims=claim_rows(claims),
            shared_accounts=shared_accounts(claims),
            expires_at=expiry(claims),
            grant_id=tokens.grant_id or claims.get("grant_id"),
            can_refresh=tokens.refresh_token is not None and not session.revoked,
            revoked=session.revoked,
            notice=session.take_notice(),
            csrf=session.csrf,
        )

    async def refresh(self, request: Request) -> Response:
        """Trade the refresh token for a new token set."""
        session, tokens = await self._acting(request)
        async with session.lock:
            # Another tab may have refreshed while this one waited for the lock.
            if session.tokens is tokens and tokens.refresh_token:
                exchange, renewed = await self._network.refresh(tokens.refresh_token)
                session.token_exchanges.appendleft(exchange)
                if renewed is None:
                    session.notice = "The network did not refresh the tokens. See the answer below."
                else:
                    session.tokens = renewed
                    session.notice = "You have new tokens. The old refresh token is used up."
        return self._pages.go("/accounts")

    async def confirm_revoke(self, request: Request) -> Response:
        """Ask before ending access."""
        session = self._session(request)
        if session is None or session.tokens is None or session.tokens.refresh_token is None:
            return self._pages.go("/")
        return self._pages.page("revoke.html", csrf=session.csrf)

    async def revoke(self, request: Request) -> Response:
        """End the grant at the network."""
        session, _ = await self._acting(request)
        async with session.lock:
            refresh_token = session.tokens.refresh_token if session.tokens else None
            if refresh_token and not session.revoked:
                exchange = await self._network.revoke(refresh_token)
                session.token_exchanges.appendleft(exchange)
                # 400 means that the token is not known any more: the access has ended before.
                session.revoked = exchange.succeeded or exchange.status == 400
                if not session.revoked:
                    session.notice = "The network did not revoke the access. See the answer below."
        return self._pages.go("/accounts")

    def _session(self, request: Request) -> Session | None:
        return self._sessions.find(request.cookies.get(COOKIE))

    async def _acting(self, request: Request) -> tuple[Session, TokenSet]:
        """The session a form may act for; 403 when the form is not one of its own."""
        session = self._session(request)
        csrf = await _form_value(request, "csrf")
        if (
            session is None
            or session.tokens is None
            or not secrets.compare_digest(csrf.encode(), session.csrf.encode())
        ):
            raise HTTPException(403)
        return session, session.tokens


def _problems(readings: dict[str, Reading]) -> list[dict[str, object]]:
    """What failed, in words, with the FDX error where the answer carries one."""
    problems: list[dict[str, object]] = []
    for reading in readings.values():
        exchange = reading.exchange
        if exchange.succeeded:
            continue
        problems.append(
            {
                "title": exchange.title,
                "status": exchange.status,
                "error": reading.error,
                "failure": exchange.failure,
                "advice": _ADVICE.get(
                    exchange.status or 0, "The bank or the network has a problem. Try again later."
                ),
            }
        )
    return problems


async def _form_value(request: Request, name: str) -> str:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_LIMIT:
            raise HTTPException(413)
    values = parse_qs(body.decode("latin-1")).get(name, [])
    return values[0] if len(values) == 1 else ""
