"""The network's cookies: which browser began a request, and whom it lately signed in."""

from starlette.requests import Request
from starlette.responses import Response

from easement.platform.ids import new_secret

_A_DAY_S = 24 * 3600


class SecretCookie:
    """A random secret in a browser's cookie.

    Behind https the ``__Host-`` prefix keeps other hosts from setting it; on loopback http the
    name is plain, because browsers refuse the prefix there. Cookies do not tell ports apart, so
    the name tells us from the bank on the same host. Lax: a bank's redirect back is a cross-site
    GET, and so is an app's link; a form or frame of another site does not carry it.
    """

    def __init__(self, name: str, *, https: bool, max_age_s: int) -> None:
        self._https = https
        self._max_age_s = max_age_s
        self.name = f"__Host-{name}" if https else name

    def read(self, request: Request) -> str | None:
        """The browser's secret, if it sent one."""
        value = request.cookies.get(self.name, "")
        return value if 20 <= len(value) <= 100 else None

    def write(self, response: Response, secret: str) -> None:
        """Set or prolong the cookie."""
        response.set_cookie(
            self.name,
            secret,
            max_age=self._max_age_s,
            path="/",
            secure=self._https,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(
            self.name, path="/", secure=self._https, httponly=True, samesite="lax"
        )


class BrowserCookie(SecretCookie):
    """By which an authorization knows the browser that began it; several flows in several tabs
    share it."""

    def __init__(self, *, https: bool) -> None:
        super().__init__("easement_browser", https=https, max_age_s=_A_DAY_S)

    def ensure(self, request: Request) -> str:
        """The browser's secret, or a new one that `write` is to set."""
        return self.read(request) or new_secret()


class SessionCookie(SecretCookie):
    """The consumer's short session after an approval."""

    def __init__(self, *, https: bool, max_age_s: int) -> None:
        super().__init__("easement_session", https=https, max_age_s=max_age_s)
