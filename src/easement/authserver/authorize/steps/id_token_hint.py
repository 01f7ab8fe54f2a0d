"""An id_token_hint names the one consumer who may answer (OIDC Core 3.1.2.1)."""

from collections.abc import Awaitable, Callable

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal
from easement.tokens.errors import InvalidTokenError
from easement.tokens.id_tokens import IdTokens


def id_token_hint(
    id_tokens: IdTokens,
) -> Callable[[PendingRequest], Awaitable[Refusal | None]]:
    """It must be ours and the app's own; an expired one names its consumer as well."""

    async def check(pending: PendingRequest) -> Refusal | None:
        token = pending.parameters.get("id_token_hint")
        if token is None or pending.app is None:
            return None
        try:
            hint = await id_tokens.hint(token)
        except InvalidTokenError:
            return _refused("The id_token_hint is not an id_token of this issuer")
        if hint.app_id != pending.app.id:
            return _refused("The id_token_hint was issued to another app")
        pending.subject_hint = hint.subject
        return None

    return check


def _refused(description: str) -> Refusal:
    return Refusal(OAuthError.INVALID_REQUEST, description, redirect_safe=True)
