"""Security headers of everything but product calls, whose answers are for programs alone."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_STATIC = "/static/"
# An app may open the flow in a pop-up. Cross-Origin-Opener-Policy would cut that off from its
# opener for good, also once it is back at the app; the sample app is such an opener itself.
_IN_POP_UPS = ("/auth", "/callback/", "/consent/", "/demo")


def content_security_policy(form_action: str = "'self'", images: str = "") -> str:
    """The policy of a page: everything from our own origin, nothing inline, never framed.

    `images` are further sources of images, such as an app's logo.
    """
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: {images}; "
        f"connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action {form_action}"
    )


class SecurityHeadersMiddleware:
    """Adds what an answer does not say itself; HSTS where the public URL is https.

    What does not say how it may be kept is not kept: an answer that somebody forgot to mark is
    safer lost than stored.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, "content-security-policy": content_security_policy()}
        if https:
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        is_static = path.startswith(_STATIC)
        caching = "no-cache" if is_static else "no-store"
        # Logos show on other origins' pages: an app's at the bank, the bank's here.
        embedding = "cross-origin" if is_static else "same-origin"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", caching)
                headers.setdefault("cross-origin-resource-policy", embedding)
                if not path.startswith(_IN_POP_UPS):
                    headers.setdefault("cross-origin-opener-policy", "same-origin")
            await send(message)

        await self._app(scope, receive, send_with_headers)
