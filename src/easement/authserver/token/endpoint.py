"""`POST /token`: form, client, grant type, claim, consent, answer."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from easement.authserver.errors import (
    CLIENT_UNKNOWN,
    GRANT_TYPE_ABSENT,
    GRANT_TYPE_UNKNOWN,
    Case,
)
from easement.authserver.token.answer import TokenAnswer
from easement.authserver.token.client_authentication import ClientAuthentication
from easement.authserver.token.grants import GRANT_TYPES, GrantType
from easement.oauth.errors import OAuthError, Refusal
from easement.platform.audit import Audit, AuditEvent, record
from easement.platform.clock import Clock
from easement.platform.db import Database
from easement.recipients.model import App, Profile
from easement.tokens.service import Tokens
from easement.tokens.settings import TokenRules
from easement.web.forms import FormError, read_form
from easement.web.oauth_json import NO_STORE, refused


class TokenEndpoint:
    """Answers token requests."""

    def __init__(
        self,
        *,
        db: Database,
        clients: ClientAuthentication,
        tokens: Tokens,
        answer: TokenAnswer,
        rules: Mapping[Profile, TokenRules],
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._db = db
        self._clients = clients
        self._tokens = tokens
        self._answer = answer
        self._rules = rules
        self._audit = audit
        self._clock = clock

    async def __call__(self, request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormError as error:
            return refused(Refusal(OAuthError.INVALID_REQUEST, error.message, error.status))
        if form.doubled is not None:
            return refused(
                Refusal(OAuthError.INVALID_REQUEST, "A parameter was given more than once.")
            )
        app = await self._clients.app(request, form)
        if app is None:
            return refused(CLIENT_UNKNOWN)
        answer = await self.exchange(app, form)
        if isinstance(answer, Refusal):
            return refused(answer)
        return JSONResponse(answer, headers=NO_STORE)

    async def exchange(self, app: App, form: Mapping[str, str]) -> dict[str, Any] | Refusal:
        """The token response for an authenticated app, or why not, in its profile's words."""
        answer = await self._exchange(app, form)
        return answer.told_to(app.profile) if isinstance(answer, Case) else answer

    async def _exchange(self, app: App, form: Mapping[str, str]) -> dict[str, Any] | Case:
        named = form.get("grant_type")
        if named is None:
            return GRANT_TYPE_ABSENT
        grant_type = GRANT_TYPES.get(named)
        if grant_type is None:
            return GRANT_TYPE_UNKNOWN
        rules = self._rules[app.profile]
        found = await grant_type.find(self._tokens, app, rules, form)
        if isinstance(found, Case):
            # Unknown is also what another app was given.
            reason = "unknown" if found is grant_type.ended else "parameter_missing"
            self._audit.record(self._refused(grant_type, reason, app, None))
            return found
        # All that can fail is read before the claim: what is claimed must reach the app.
        about = await self._answer.about(app, rules, found.grant_id)
        async with self._db.transaction() as tx:
            redeemed = await found.claim(tx)
            if isinstance(redeemed, Case):
                return redeemed  # committed: a reuse may have ended the family
            if about is None:
                event = self._refused(grant_type, "consent_ended", app, found.grant_id)
                await record(tx, event)
                return grant_type.ended
            issued = await self._tokens.issue(tx, redeemed, rules, about.lifetimes)
        return self._answer.body(about, redeemed, issued)

    def _refused(
        self, grant_type: GrantType, reason: str, app: App, grant_id: str | None
    ) -> AuditEvent:
        return AuditEvent(
            grant_type.refused, reason, self._clock.now(), app_id=app.id, grant_id=grant_id
        )
