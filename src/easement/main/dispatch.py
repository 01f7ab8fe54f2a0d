"""One door for two kinds of callers: product calls, and everything else.

Product calls go to the gateway without passing a router or any page's middleware.
"""

from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send


class Dispatcher:
    """Sends a path whose first segment is in `prefixes` to `gateway`, all others to `pages`."""

    def __init__(self, prefixes: Collection[str], gateway: ASGIApp, pages: ASGIApp) -> None:
        self._prefixes = frozenset(prefixes)
        self._gateway = gateway
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _first(scope["path"]) in self._prefixes:
            await self._gateway(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


def _first(path: str) -> str:
    return path.removeprefix("/").partition("/")[0]
