"""Where the faults strike: around the whole application."""

import asyncio
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mikomo.callers import DATA_PREFIX, username_of
from mikomo.faults import answers, severing
from mikomo.faults.endpoints import endpoint_of
from mikomo.faults.model import HEADER, Fault, fault_of_header
from mikomo.faults.rules import FaultRules
from mikomo.web.pages import Pages

# An outage leaves these: the process is well, and the way to heal it must stay open.
_NEVER = ("/control", "/health", "/static/")


class Faults:
    """ASGI middleware: breaks the calls that a rule or the call's own header names."""

    def __init__(self, app: ASGIApp, rules: FaultRules, pages: Pages) -> None:
        self._app = app
        self._rules = rules
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or break it."""
        if scope["type"] != "http" or scope["path"].startswith(_NEVER):
            await self._app(scope, receive, send)
            return
        try:
            faults = self._faults(scope)
        except ValueError as error:
            await answers.bad_header(str(error))(scope, receive, send)
            return
        for fault in faults:
            if fault.latency_ms is None:
                await self._broken(fault, scope, receive, send)
                return
            await asyncio.sleep(fault.latency_ms / 1000)
        await self._app(scope, receive, send)

    def _faults(self, scope: Scope) -> Iterable[Fault]:
        path = scope["path"]
        asked = Headers(scope=scope).get(HEADER)
        if asked is not None and path.startswith(DATA_PREFIX):
            return (fault_of_header(asked),)
        return self._rules.strike(endpoint_of(path), username_of(scope))

    async def _broken(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.kind:
            case "reset":
                await severing.reset(scope, receive)
            case "truncate":
                await self._truncated(scope, receive, send)
            case "malformed":
                await answers.malformed(scope["path"])(scope, receive, send)
            case _:
                answer = answers.refused(scope["path"], fault, self._pages)
                await answer(scope, receive, send)

    async def _truncated(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The true answer with its true length, of which only the first half is sent."""
        start: Message = {}
        body = bytearray()

        async def capture(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, capture)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Length"] = str(max(len(body), 1))
        await send({**start, "headers": headers.raw})
        half = bytes(body[: len(body) // 2])
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await severing.close(scope, receive)
