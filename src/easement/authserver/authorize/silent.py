"""prompt=none: the app asks again without any page (OIDC Core 3.1.2.1).

Answered from the consumer's short session alone. Nobody is asked, so nothing new is permitted: the
code belongs to the grant that the consumer made, with its scope and its time of sign-in.
"""

from datetime import timedelta

from easement.authorizations.service import Authorizations
from easement.authorizations.sessions.model import ConsumerSession
from easement.authserver.authorize.flow import USED
from easement.authserver.authorize.refusals import Refusals
from easement.authserver.authorize.request import PendingRequest
from easement.authserver.authorize.respond import error_url, success_url
from easement.authserver.settings import AuthServerSettings
from easement.consent.errors import GrantEndedError
from easement.consent.model import Grant
from easement.consent.service import Consents
from easement.oauth.errors import OAuthError, Refusal
from easement.oauth.scope import parse_scope
from easement.platform.db import Database
from easement.platform.ids import new_id
from easement.tokens.model import CodeRequest
from easement.tokens.service import Tokens

_LOGIN_REQUIRED = Refusal(OAuthError.LOGIN_REQUIRED, "The consumer has to sign in at the bank")
_CONSENT_REQUIRED = Refusal(OAuthError.CONSENT_REQUIRED, "The consumer has to be asked")


class SilentAuthorization:
    """Answers a request that may show no page."""

    def __init__(
        self,
        *,
        db: Database,
        settings: AuthServerSettings,
        authorizations: Authorizations,
        consents: Consents,
        tokens: Tokens,
        refusals: Refusals,
    ) -> None:
        self._db = db
        self._issuer = settings.issuer
        self._authorizations = authorizations
        self._consents = consents
        self._tokens = tokens
        self._refusals = refusals

    async def answer(self, pending: PendingRequest, session_secret: str | None) -> str:
        """Where to send the browser that has this session cookie: with a code, or with why not."""
        request = pending.checked()
        max_age_s = pending.max_age_s
        session = await self._authorizations.sessions.find(
            session_secret,
            app_id=request.app_id,
            provider_id=request.provider_id,
            max_age=None if max_age_s is None else timedelta(seconds=max_age_s),
        )
        # Who asks for a page and for none in one breath gets none.
        if session is None or len(pending.prompts) > 1:
            return self._refused(pending, _LOGIN_REQUIRED)
        grant = await self._grant(session, pending)
        if isinstance(grant, Refusal):
            return self._refused(pending, grant)
        async with self._db.transaction() as tx:
            if request.pushed_hash is not None and not await self._authorizations.pushed.claim(
                tx, request.pushed_hash
            ):
                return self._refused(pending, USED)
            code = await self._tokens.issue_code(
                tx,
                CodeRequest(
                    authorization_id=new_id("auth"),
                    grant_id=grant.id,
                    app_id=request.app_id,
                    redirect_uri=request.redirect_uri,
                    scope=grant.scope_of(request.scope),
                    nonce=request.nonce,
                    code_challenge=request.code_challenge,
                    auth_time=session.auth_time,
                ),
            )
        return success_url(request, self._issuer, code)

    def _refused(self, pending: PendingRequest, refusal: Refusal) -> str:
        self._refusals.note(pending, f"prompt_none:{refusal.error}")
        return error_url(pending.checked(), self._issuer, refusal)

    async def _grant(self, session: ConsumerSession, pending: PendingRequest) -> Grant | Refusal:
        try:
            grant = await self._consents.require_active(session.grant_id)
        except GrantEndedError:
            return _CONSENT_REQUIRED
        if pending.subject_hint not in {None, grant.subject}:
            return _LOGIN_REQUIRED
        if not parse_scope(pending.checked().scope) <= parse_scope(session.scope):
            return _CONSENT_REQUIRED
        return grant
