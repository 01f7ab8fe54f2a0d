"""The provider must be named and known."""

from collections.abc import Awaitable, Callable

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal
from easement.providers.directory import Directory


def connector(
    directory: Directory,
) -> Callable[[PendingRequest], Awaitable[Refusal | None]]:
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
