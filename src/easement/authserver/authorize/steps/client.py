"""The client must be a registered app."""

from collections.abc import Awaitable, Callable

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal
from easement.recipients.service import Recipients


def client(recipients: Recipients) -> Callable[[PendingRequest], Awaitable[Refusal | None]]:
    """Unknown or missing: a page with 400, never a redirect."""

    async def check(pending: PendingRequest) -> Refusal | None:
        client_id = pending.parameters.get("client_id")
        if client_id is not None and pending.doubled != "client_id":
            pending.app = await recipients.current(client_id)
        if pending.app is None:
            return Refusal(OAuthError.INVALID_CLIENT, 'Invalid client_id ("client_id").')
        return None

    return check
