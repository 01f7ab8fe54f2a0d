"""`POST /revoke` and `POST /token/revoke` (RFC 7009, with the documented members and statuses)."""

from starlette.requests import Request
from starlette.responses import Response

from easement.authserver.errors import (
    REVOCATION_CLIENT_UNKNOWN,
    REVOCATION_HINT_UNKNOWN,
    REVOCATION_INVALID,
)
from easement.authserver.token.client_authentication import authenticate
from easement.consent.model import Initiator
from easement.consent.service import Consents
from easement.oauth.errors import OAuthError, Refusal
from easement.platform.db import Database
from easement.recipients.service import Recipients
from easement.tokens.service import Tokens
from easement.web.forms import FormError, read_form
from easement.web.oauth_json import NO_STORE, refused


class RevocationEndpoint:
    """Ends the grant that a refresh token belongs to, with all its tokens."""

    def __init__(
        self, db: Database, recipients: Recipients, consents: Consents, tokens: Tokens
    ) -> None:
        self._db = db
        self._recipients = recipients
        self._consents = consents
        self._tokens = tokens

    async def __call__(self, request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormError as error:
            return refused(Refusal(OAuthError.INVALID_REQUEST, error.message, error.status))
        has_client = "authorization" in request.headers or (
            "client_id" in form and "client_secret" in form
        )
        token, hint = form.get("token"), form.get("token_type_hint")
        if form.doubled or not has_client or token is None or hint is None:
            return refused(REVOCATION_INVALID)
        app = await authenticate(request, form, self._recipients)
        if app is None:
            return refused(REVOCATION_CLIENT_UNKNOWN)
        if hint != "refresh_token":
            return refused(REVOCATION_HINT_UNKNOWN)
        grant_id = await self._tokens.grant_of_refresh_token(token, app.id)
        if grant_id is not None:
            async with self._db.transaction() as tx:
                await self._consents.revoke(tx, grant_id, Initiator.DATA_RECIPIENT)
        # RFC 7009 2.2: an unknown token is as good as revoked, and says nothing about others'.
        return Response(status_code=200, headers=NO_STORE)
