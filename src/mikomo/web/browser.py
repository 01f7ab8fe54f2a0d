"""The cookie that tells one browser from another, and the CSRF token bound to it."""

import hashlib
import hmac
import re

from starlette.requests import Request
from starlette.responses import Response

from mikomo.settings import Settings
from mikomo.store.database import Randomness

# Cookies do not tell ports apart and the network may share the host: the names carry the bank's.
BROWSER_COOKIE = "mikomo_browser"
SESSION_COOKIE = "mikomo_session"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Browsers:
    """Recognises browsers; Lax cookies, so that a redirect from the network still carries them."""

    def __init__(self, settings: Settings, new_token: Randomness) -> None:
        self._path = f"{settings.base_path}/"
        self._secure = settings.secure
        self._new_token = new_token

    def known(self, request: Request) -> str | None:
        """The browser's token, or None when it sent none of ours."""
        return _well_formed(request.cookies.get(BROWSER_COOKIE))

    def known_or_new(self, request: Request) -> str:
        """The browser's token; a new one must be set on the response with `remember`."""
        return self.known(request) or self._new_token()

    def remember(self, response: Response, browser: str) -> None:
        """Give the browser its token until it is closed."""
        self._set(response, BROWSER_COOKIE, browser)

    def session(self, request: Request) -> str | None:
        """The session token of the person's own area, if there is one."""
        return _well_formed(request.cookies.get(SESSION_COOKIE))

    def open_session(self, response: Response, token: str) -> None:
        """Keep the session token until the browser is closed."""
        self._set(response, SESSION_COOKIE, token)

    def close_session(self, response: Response) -> None:
        """Forget the session token."""
        response.delete_cookie(
            SESSION_COOKIE, path=self._path, secure=self._secure, httponly=True, samesite="lax"
        )

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            name, value, path=self._path, secure=self._secure, httponly=True, samesite="lax"
        )


def csrf_token(browser: str, form: str) -> str:
    """The token of one form in one browser: a foreign site knows no cookie, so cannot make it."""
    return hmac.new(browser.encode(), f"csrf:{form}".encode(), hashlib.sha256).hexdigest()


def csrf_matches(candidate: str, browser: str | None, form: str) -> bool:
    """Whether the form was served by us to this browser."""
    if browser is None:
        return False
    return hmac.compare_digest(candidate.encode(), csrf_token(browser, form).encode())


def _well_formed(value: str | None) -> str | None:
    return value if value is not None and _TOKEN.fullmatch(value) else None
