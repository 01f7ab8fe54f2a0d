"""`POST /revoke` and `POST /token/revoke` (RFC 7009, with the documented members and statuses)."""

from starlette.requests import Request
from starlette.responses import Response

from easement.authserver.errors import (
    CLIENT_UNKNOWN,
    REVOCATION_CLIENT_UNKNOWN,
    REVOCATION_HINT_UNKNOWN,
    REVOCATION_INVALID,
)
from easement.authserver.presented_token import PresentedTokens
from easement.authserver.token.client_authentication import ClientAuthentication
from easement.consent.model import Initiator
from easement.consent.service import Consents
from easement.oauth.errors import OAuthError, Refusal
from easement.platform.db import Database
from easement.recipients.model import Profile
from easement.web.forms import FormError, read_form
from easement.web.oauth_json import NO_STORE, refused


class RevocationEndpoint:
    """Ends the grant that a token belongs to, with all its tokens: whichever of them is presented,
    used or not, and whatever the hint says."""

    def __init__(
        self,
        db: Database,
        clients: ClientAuthentication,
        consents: Consents,
        presented: PresentedTokens,
    ) -> None:
        self._db = db
        self._clients = clients
        self._consents = consents
        self._presented = presented

    async def __call__(self, request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormError as error:
            return refused(Refusal(OAuthError.INVALID_REQUEST, error.message, error.status))
        with_secret = "client_id" in form and "client_secret" in form
        otherwise = "authorization" in request.headers or "client_assertion" in form
        token, hint = form.get("token"), form.get("token_type_hint")
        if form.doubled or not (with_secret or otherwise) or token is None:
            return refused(REVOCATION_INVALID)
        app = await self._clients.app(request, form)
        if app is None:
            return refused(REVOCATION_CLIENT_UNKNOWN if with_secret else CLIENT_UNKNOWN)
        # RFC 7009 2.1 makes it a hint; the documented endpoint requires it.
        if hint is None and app.profile is Profile.AKOYA:
            return refused(REVOCATION_INVALID)
        if hint != "refresh_token" and app.profile is Profile.AKOYA:
            return refused(REVOCATION_HINT_UNKNOWN)
        facts = await self._presented.facts(token, app.id)
        if facts is not None:
            async with self._db.transaction() as tx:
                await self._consents.revoke(tx, facts.grant_id, Initiator.DATA_RECIPIENT)
        # RFC 7009 2.2: an unknown token is as good as revoked, and says nothing about others'.
        return Response(status_code=200, headers=NO_STORE)
