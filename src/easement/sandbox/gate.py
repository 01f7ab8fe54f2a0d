"""Who may use the control API: somebody on this machine who shows the control token.

Besides the token: the peer must be a loopback address, so a port that is open to the network gives
nothing away, and the Host must be a name of this machine or of the public URL, so a web page whose
name was rebound to 127.0.0.1 cannot make a visitor's browser ask.
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import Request

from easement.platform.crypto import same
from easement.sandbox.refusals import ControlError

_ELSEWHERE = ControlError(
    403, "forbidden", "Expected a caller on the network's own machine (a loopback address)."
)
_OTHER_HOST = ControlError(
    403, "forbidden", "Expected Host to be localhost, a loopback address or the public URL's host."
)
_NO_TOKEN = ControlError(
    401,
    "unauthorized",
    "Expected `Authorization: Bearer CONTROL_TOKEN`; `easement serve` prints the token, and "
    "sandbox.json in the data directory has it.",
)


class Gate:
    """Holds the control token."""

    def __init__(self, token: str, public_url: str) -> None:
        self._token = token
        self._public_host = urlsplit(public_url).hostname

    def check(self, request: Request) -> None:
        """Let a program's request in.

        Raises:
            ControlError: 403 for a caller from elsewhere, 401 without the token.
        """
        self.check_place(request)
        if not self.is_token(bearer(request) or ""):
            raise _NO_TOKEN

    def check_place(self, request: Request) -> None:
        """Raises ControlError (403) unless the request comes from this machine."""
        peer = "" if request.client is None else request.client.host
        # What a proxy on this machine passes on comes from where the proxy says.
        # Some proxies write a second header of that name below the one that they were sent.
        passed_on = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
        senders = [peer, *(each.strip() for each in passed_on if each.strip())]
        if "forwarded" in request.headers or not all(map(_is_loopback, senders)):
            raise _ELSEWHERE
        if not self._is_ours(request.headers.get("host", "")):
            raise _OTHER_HOST

    def is_token(self, token: str) -> bool:
        """Compared in constant time."""
        return same(token, self._token)

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        local = name == "localhost" or name.endswith(".localhost") or _is_loopback(name)
        return local or name == self._public_host


def bearer(request: Request) -> str | None:
    """The token of an Authorization header with the scheme Bearer (RFC 6750 2.1)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
