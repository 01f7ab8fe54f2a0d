"""Who may see the sandbox's pages: the browser that opened the printed URL once."""

from starlette.requests import Request
from starlette.responses import Response

from easement.keys.model import KeyRing
from easement.platform.crypto import same


class Session:
    """A cookie derived from the control token: it opens the pages, not the API, and a new token
    ends it. `proof` goes into every form and differs from the cookie, which other programs on
    this host may be sent: cookies do not tell ports apart."""

    def __init__(self, control_token: str, keys: KeyRing, *, https: bool) -> None:
        self._https = https
        self._name = "__Host-easement_sandbox" if https else "easement_sandbox"
        self._value = keys.hash("sandbox_session", control_token)
        self.proof = keys.hash("sandbox_form", control_token)

    def is_signed_in(self, request: Request) -> bool:
        """Whether the browser has the cookie."""
        return same(request.cookies.get(self._name, ""), self._value)

    def is_own_form(self, proof: str | None) -> bool:
        """Whether a form came from one of these pages."""
        return same(proof or "", self.proof)

    def sign_in(self, response: Response) -> None:
        """Set the cookie. Strict: no other site's link or form carries it."""
        response.set_cookie(
            self._name,
            self._value,
            path="/",
            secure=self._https,
            httponly=True,
            samesite="strict",
        )
