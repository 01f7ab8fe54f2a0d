"""A token that a client asks about or gives back: access token, refresh token or id_token."""

from easement.tokens.errors import InvalidTokenError
from easement.tokens.id_tokens import IdTokens
from easement.tokens.model import TokenFacts
from easement.tokens.service import Tokens


class PresentedTokens:
    """Finds out what a token is, whatever a client's hint says (RFC 7009 2.1, RFC 7662 2.1)."""

    def __init__(self, tokens: Tokens, id_tokens: IdTokens) -> None:
        self._tokens = tokens
        self._id_tokens = id_tokens

    async def facts(self, token: str, app_id: str) -> TokenFacts | None:
        """What `token` is; None if it is nobody's, or another app's, which is told to nobody."""
        facts = await self._describe(token)
        return facts if facts is not None and facts.app_id == app_id else None

    async def _describe(self, token: str) -> TokenFacts | None:
        if "." not in token:
            return await self._tokens.describe(token)
        try:
            bearer = await self._id_tokens.bearer(token)
        except InvalidTokenError:
            return None
        return await self._tokens.describe_bearer(bearer)
