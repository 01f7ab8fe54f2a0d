"""Who may use the control API."""

import ipaddress
import secrets

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mikomo.control.refusals import ControlError, answer_of


class ControlGuard:
    """ASGI middleware: lets in callers on the same host that show the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or refuse it."""
        refusal = self._refusal(scope)
        answer = self._app if refusal is None else answer_of(refusal)
        await answer(scope, receive, send)

    def _refusal(self, scope: Scope) -> ControlError | None:
        headers = Headers(scope=scope)
        # What a proxy on this host passes on comes from elsewhere.
        is_passed_on = "x-forwarded-for" in headers or "forwarded" in headers
        if is_passed_on or not _is_loopback(scope):
            return ControlError(403, "forbidden", "expected a caller on the bank's own host")
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and secrets.compare_digest(
            token.strip().encode(), self._token
        ):
            return None
        return ControlError(401, "unauthorized", "expected `Authorization: Bearer CONTROL_TOKEN`")


def _is_loopback(scope: Scope) -> bool:
    host = scope["client"][0] if scope.get("client") else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
