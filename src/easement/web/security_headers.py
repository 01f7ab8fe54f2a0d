"""Security headers of pages and OAuth answers.

No Cross-Origin-Opener-Policy: the flow may run in an app's pop-up, which that header would cut off
from its opener.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def content_security_policy(form_action: str = "'self'", images: str = "") -> str:
    """The policy of a page: everything from our own origin, nothing inline, never framed.

    `images` are further sources of images, such as an app's logo.
    """
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: {images}; "
        f"connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action {form_action}"
    )


class SecurityHeadersMiddleware:
    """Adds what an answer does not say itself; HSTS where the public URL is https."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, "content-security-policy": content_security_policy()}
        if https:
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
