"""The provider must be named and known."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal
from easement.providers.directory import Directory

_Check = Callable[[PendingRequest], Awaitable[Refusal | None]]


def connector(directory: Directory) -> _Check:
    """Missing: a page with 403; unknown: a page with 400."""

    async def check(pending: PendingRequest) -> Refusal | None:
        connector_id = pending.parameters.get("connector")
        if connector_id is None or pending.doubled == "connector":
            return Refusal(OAuthError.INVALID_REQUEST, "Missing parameter: connector", status=403)
        pending.provider = await directory.current(connector_id)
        if pending.provider is None:
            return Refusal(OAuthError.INVALID_REQUEST, "Invalid ConnectorID")
        return None

    return check


def connector_by_redirect(directory: Directory) -> _Check:
    """The same, told to the app (RFC 6749 4.1.2.1): by then its redirect URI is known."""
    look = connector(directory)

    async def check(pending: PendingRequest) -> Refusal | None:
        refusal = await look(pending)
        return None if refusal is None else replace(refusal, status=400, redirect_safe=True)

    return check
