"""Headers every answer carries."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mikomo.web.pages import content_security_policy

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Content-Security-Policy": content_security_policy(),
}
# An app may open the flow in a pop-up, which Cross-Origin-Opener-Policy would cut off from its
# opener for good.
_IN_POP_UPS = ("/oauth/authorize", "/signin/", "/terms/")


class EveryAnswer:
    """ASGI middleware: adds what an answer does not say itself; HSTS where browsers come by https.

    Static files are checked before reuse, and what does not say how it may be kept is not kept.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = dict(_HEADERS)
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's headers."""
        path = scope.get("path", "")
        is_static = path.startswith("/static/")
        caching = "no-cache" if is_static else "no-store"
        # A network shows the bank's logo on a page of its own.
        embedding = "cross-origin" if is_static else "same-origin"

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", caching)
                headers.setdefault("Cross-Origin-Resource-Policy", embedding)
                if not path.startswith(_IN_POP_UPS):
                    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            await send(message)

        await self._app(scope, receive, complete if scope["type"] == "http" else send)
