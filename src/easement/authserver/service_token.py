"""`POST /oauth2/token`: a token for service APIs (client_credentials, RFC 6749 4.4).

A role of its own: service credentials are no apps, and what is issued here opens no data. So it
stands apart from the token endpoint, and discovery, which speaks of the latter, does not name it.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from easement.authserver.attempts import Attempts
from easement.authserver.errors import CLIENT_UNKNOWN
from easement.authserver.token.client_authentication import claimed_client, presented_secrets
from easement.identity.credentials import ServiceCredentials
from easement.identity.model import Credential
from easement.identity.scopes import granted, in_order
from easement.identity.tokens import LIFETIME, ServiceTokens
from easement.oauth.errors import OAuthError, Refusal
from easement.platform.audit import Audit, AuditEvent, AuditKind
from easement.platform.clock import Clock
from easement.web.forms import FormError, Parameters, read_form
from easement.web.oauth_json import NO_STORE, refused

PATH: Final = "/oauth2/token"

_DOUBLED = Refusal(OAuthError.INVALID_REQUEST, "A parameter was given more than once.")
_GRANT_TYPE_ABSENT = Refusal(OAuthError.INVALID_REQUEST, "Expected grant_type=client_credentials.")
_GRANT_TYPE_UNKNOWN = Refusal(
    OAuthError.UNSUPPORTED_GRANT_TYPE, "Expected grant_type=client_credentials."
)


class ServiceTokenEndpoint:
    """Answers requests for service tokens."""

    def __init__(
        self,
        credentials: ServiceCredentials,
        tokens: ServiceTokens,
        attempts: Attempts,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._credentials = credentials
        self._tokens = tokens
        self._attempts = attempts
        self._audit = audit
        self._clock = clock

    async def __call__(self, request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormError as error:
            return refused(Refusal(OAuthError.INVALID_REQUEST, error.message, error.status))
        if form.doubled is not None:
            return refused(_DOUBLED)
        credential = await self._authenticate(request, form)
        if credential is None:
            return refused(CLIENT_UNKNOWN)
        grant_type = form.get("grant_type")
        if grant_type != "client_credentials":
            self._refused(credential, "grant_type")
            return refused(_GRANT_TYPE_ABSENT if grant_type is None else _GRANT_TYPE_UNKNOWN)
        scopes = granted(form.get("scope"), credential.scopes)
        if scopes is None:
            self._refused(credential, "scope")
            allowed = in_order(credential.scopes)
            return refused(
                Refusal(OAuthError.INVALID_SCOPE, f"Expected scope to be out of: {allowed}.")
            )
        body = {
            "access_token": await self._tokens.issue(credential, scopes),
            # One less than the lifetime, as at the token endpoint.
            "expires_in": int(LIFETIME.total_seconds()) - 1,
            "scope": in_order(scopes),
            "token_type": "bearer",
        }
        return JSONResponse(body, headers=NO_STORE)

    async def _authenticate(self, request: Request, form: Parameters) -> Credential | None:
        keys = self._attempts.of_client(request, claimed_client(request, form))
        secrets = presented_secrets(request, form)
        for client_id, client_secret in secrets:
            credential = await self._credentials.authenticate(client_id, client_secret)
            if credential is not None:
                return credential
        await self._attempts.failed(keys, "secret_refused" if secrets else "no_proof", None)
        return None

    def _refused(self, credential: Credential, reason: str) -> None:
        self._audit.record(
            AuditEvent(
                AuditKind.SERVICE_TOKEN_REFUSED,
                reason,
                self._clock.now(),
                app_id=credential.client_id,
            )
        )
