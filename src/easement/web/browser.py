"""The cookie by which an authorization knows the browser that began it."""

from starlette.requests import Request
from starlette.responses import Response

from easement.platform.ids import new_secret

_MAX_AGE_S = 24 * 3600


class BrowserCookie:
    """A random secret per browser; several flows in several tabs share it.

    Behind https the ``__Host-`` prefix keeps other hosts from setting it; on loopback http the
    name is plain, because browsers refuse the prefix there. Cookies do not tell ports apart, so
    the name tells us from the bank on the same host.
    """

    def __init__(self, *, https: bool) -> None:
        self._https = https
        self.name = "__Host-easement_browser" if https else "easement_browser"

    def read(self, request: Request) -> str | None:
        """The browser's secret, if it sent one."""
        value = request.cookies.get(self.name, "")
        return value if 20 <= len(value) <= 100 else None

    def ensure(self, request: Request) -> str:
        """The browser's secret, or a new one that `write` is to set."""
        return self.read(request) or new_secret()

    def write(self, response: Response, secret: str) -> None:
        """Set or prolong the cookie. Lax: the bank's redirect back is a cross-site GET."""
        response.set_cookie(
            self.name,
            secret,
            max_age=_MAX_AGE_S,
            path="/",
            secure=self._https,
            httponly=True,
            samesite="lax",
        )
