"""From where a request comes, as far as that can be known."""

from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

_SITE_BITS = 64


class Peers:
    """Tells one sender from another.

    Behind a proxy that is not trusted everybody has the proxy's address: `are_hidden` says so, and
    then nobody has one.
    """

    def __init__(self, *, are_hidden: bool) -> None:
        self._are_hidden = are_hidden

    def of(self, request: Request) -> str | None:
        """The sender's address; of IPv6 the network, since one household has 2**64 of them."""
        if self._are_hidden or request.client is None:
            return None
        try:
            address = ip_address(request.client.host)
        except ValueError:
            return None
        if not isinstance(address, IPv6Address):
            return str(address)
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> _SITE_BITS << _SITE_BITS))
