"""`POST /token`: form, client, grant type, claim, consent, answer."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from easement.authserver.errors import CLIENT_UNKNOWN, GRANT_TYPE_UNKNOWN
from easement.authserver.token.answer import TokenAnswer
from easement.authserver.token.client_authentication import authenticate
from easement.authserver.token.grants import GRANT_TYPES
from easement.oauth.errors import OAuthError, Refusal
from easement.platform.db import Database
from easement.recipients.model import App
from easement.recipients.service import Recipients
from easement.tokens.service import Tokens
from easement.web.forms import FormError, read_form
from easement.web.oauth_json import NO_STORE, refused


class TokenEndpoint:
    """Answers token requests."""

    def __init__(
        self,
        *,
        db: Database,
        recipients: Recipients,
        tokens: Tokens,
        answer: TokenAnswer,
    ) -> None:
        self._db = db
        self._recipients = recipients
        self._tokens = tokens
        self._answer = answer

    async def __call__(self, request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormError as error:
            return refused(Refusal(OAuthError.INVALID_REQUEST, error.message, error.status))
        if form.doubled is not None:
            return refused(
                Refusal(OAuthError.INVALID_REQUEST, "A parameter was given more than once.")
            )
        app = await authenticate(request, form, self._recipients)
        if app is None:
            return refused(CLIENT_UNKNOWN)
        answer = await self.exchange(app, form)
        if isinstance(answer, Refusal):
            return refused(answer)
        return JSONResponse(answer, headers=NO_STORE)

    async def exchange(self, app: App, form: Mapping[str, str]) -> dict[str, Any] | Refusal:
        """The token response for an authenticated app, or why not."""
        grant_type = GRANT_TYPES.get(form.get("grant_type", ""))
        if grant_type is None:
            return GRANT_TYPE_UNKNOWN
        # All that can fail is read before the claim: what is claimed must reach the app.
        grant_id = await grant_type.locate(self._tokens, app, form)
        about = None if grant_id is None else await self._answer.about(grant_id)
        async with self._db.transaction() as tx:
            redeemed = await grant_type.redeem(tx, self._tokens, app, form)
            if isinstance(redeemed, Refusal):
                return redeemed  # committed: a reuse may have ended the family
            if about is None:
                return grant_type.ended
            issued = await self._tokens.issue(tx, redeemed)
        return self._answer.body(about, redeemed, issued)
