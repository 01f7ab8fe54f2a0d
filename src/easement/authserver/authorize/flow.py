"""What happens in an authorization, free of HTTP and pages.

`check` → `begin` → (the consumer signs in at the bank) → `returned` → `choices` → `approve` or
`cancel`; `fail` from anywhere. The pages call these steps, and so does whoever makes a token set
without a browser.
"""

from collections.abc import Collection
from typing import NamedTuple

from easement.authorizations.model import Authorization, Request, Step
from easement.authorizations.service import Authorizations
from easement.authserver.authorize.request import PendingRequest
from easement.authserver.authorize.respond import error_url, success_url
from easement.authserver.authorize.steps import Steps
from easement.authserver.settings import AuthServerSettings
from easement.connectors.errors import BankError, GrantRefusedError
from easement.connectors.model import AccountChoice, BankLogin, CallContext
from easement.consent.duration import Duration
from easement.consent.model import Grant
from easement.consent.service import Consents
from easement.oauth.errors import OAuthError, Refusal
from easement.platform.audit import AuditKind
from easement.platform.crypto import same
from easement.platform.db import Database, Transaction
from easement.platform.ids import new_interaction_id
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from easement.providers.errors import ConnectionGoneError
from easement.providers.model import Provider
from easement.recipients.model import App
from easement.recipients.service import Recipients
from easement.tokens.id_tokens import IdTokens
from easement.tokens.model import CodeRequest
from easement.tokens.service import Tokens

CANCELLED = Refusal(OAuthError.ACCESS_DENIED, "The consumer did not give permission")
TOO_LATE = Refusal(OAuthError.ACCESS_DENIED, "The consumer took too long")
ENDED = Refusal(OAuthError.ACCESS_DENIED, "The authorization has ended")
BANK_OUT = Refusal(
    OAuthError.TEMPORARILY_UNAVAILABLE, "The provider cannot be reached, try again later"
)
BANK_REFUSED = Refusal(OAuthError.SERVER_ERROR, "The provider refused the sign-in")
NO_ACCOUNTS = Refusal(OAuthError.ACCESS_DENIED, "The consumer has no accounts to share")
OTHER_CONSUMER = Refusal(
    OAuthError.LOGIN_REQUIRED, "Another consumer signed in than the id_token_hint names"
)
USED = Refusal(OAuthError.INVALID_REQUEST, "The pushed request has been used")


class Outcome(NamedTuple):
    """Where to send the browser, and whether the app got its permission."""

    url: str
    is_approved: bool


class ConsentFlow:
    """The steps, over the domain services."""

    def __init__(
        self,
        *,
        db: Database,
        settings: AuthServerSettings,
        recipients: Recipients,
        directory: Directory,
        connections: Connections,
        authorizations: Authorizations,
        consents: Consents,
        tokens: Tokens,
        id_tokens: IdTokens,
    ) -> None:
        self._db = db
        self._issuer = settings.issuer
        self._directory = directory
        self._connections = connections
        self._authorizations = authorizations
        self._consents = consents
        self._tokens = tokens
        self._recipients = recipients
        self._steps = Steps(recipients, directory, id_tokens)

    async def check(self, pending: PendingRequest) -> Refusal | None:
        """Run the table of checks; the first refusal ends it."""
        return await self._steps.check(pending)

    async def begin(self, pending: PendingRequest, browser: str) -> tuple[Authorization, str]:
        """Start what `check` has passed, and say where at the bank the consumer signs in; a bank
        that is out ends it.

        Raises:
            BankError: the bank cannot be reached.
        """
        request = pending.checked()
        connector = await self._directory.connector_to(request.provider_id)
        async with self._db.transaction() as tx:
            authorization = await self._authorizations.begin(tx, request, browser)
        try:
            url = await connector.authorization_url(
                redirect_uri=self.callback_url(request.provider_id),
                state=self._authorizations.provider_state(authorization.id),
                nonce=self._authorizations.provider_nonce(authorization.id),
                code_verifier=self._authorizations.provider_verifier(authorization.id),
                login_hint=pending.login_hint,
                prompt="login" if pending.wants_fresh_login else None,
            )
        except BankError:
            await self.fail(authorization, BANK_OUT)
            raise
        return authorization, url

    async def returned(self, authorization: Authorization, code: str) -> Refusal | None:
        """The consumer came back from the bank with its code: keep the bank's tokens, sealed.

        Called again (back button, reload, a second tab) it does nothing.
        """
        async with self._db.transaction() as tx:
            if not await self._authorizations.claim_exchange(tx, authorization.id):
                return None
        provider_id = authorization.request.provider_id
        try:
            connector = await self._directory.connector_to(provider_id)
            bank_tokens, login = await connector.exchange(
                code=code,
                redirect_uri=self.callback_url(provider_id),
                nonce=self._authorizations.provider_nonce(authorization.id),
                code_verifier=self._authorizations.provider_verifier(authorization.id),
            )
        except GrantRefusedError:
            return BANK_REFUSED
        except BankError:
            return BANK_OUT
        expected = await self._is_expected(authorization.request, login)
        async with self._db.transaction() as tx:
            connection = await self._connections.connect(tx, provider_id, bank_tokens, login)
            if not expected or not await self._authorizations.connected(
                tx, authorization.id, connection.id
            ):
                # Or it ended meanwhile (timed out, cancelled in another tab).
                await self._connections.retire(tx, connection.id)
        return None if expected else OTHER_CONSUMER

    async def choices(self, authorization: Authorization) -> list[AccountChoice] | Refusal:
        """The accounts that the consumer may share, and note that these were offered."""
        assert authorization.connection_id is not None  # noqa: S101 - set by step ACCOUNTS
        provider_id = authorization.request.provider_id
        connector = await self._directory.connector_to(provider_id)

        async def ask(access_token: str) -> list[AccountChoice]:
            return await connector.account_choices(
                CallContext(access_token, new_interaction_id(), "user", {})
            )

        try:
            choices = await self._connections.call(provider_id, authorization.connection_id, ask)
        except GrantRefusedError:
            return BANK_REFUSED
        except (BankError, ConnectionGoneError):
            return BANK_OUT
        if not choices:
            return NO_ACCOUNTS
        async with self._db.transaction() as tx:
            await self._authorizations.offer(
                tx, authorization.id, [choice.account_id for choice in choices]
            )
        return choices

    async def approve(
        self,
        authorization: Authorization,
        account_ids: Collection[str],
        *,
        in_browser: bool = True,
        previous_session: str | None = None,
    ) -> Outcome:
        """Record the grant, issue its code and, where there is a browser, open the session that
        follows the one in its cookie.

        `account_ids` are among the offered ones. A second submit gets the same answer.
        """
        request = authorization.request
        app = await self._recipients.current(request.app_id)
        provider = await self._directory.current(request.provider_id)
        if app is None or provider is None or authorization.connection_id is None:
            return Outcome(await self.fail(authorization, BANK_REFUSED), is_approved=False)
        try:
            connection = await self._connections.open(authorization.connection_id)
        except ConnectionGoneError:
            return await self._outcome(authorization)
        async with self._db.transaction() as tx:
            may_decide = await self._claim_pushed(tx, request)
            if may_decide and await self._authorizations.approve(tx, authorization.id):
                grant = await self._consents.grant(
                    tx,
                    app=app,
                    provider=provider,
                    connection=connection,
                    account_ids=account_ids,
                )
                await self._issue_code(tx, authorization, grant)
                if in_browser:
                    await self._authorizations.sessions.open(
                        tx, authorization, grant.id, previous_session
                    )
        if not may_decide:
            # Decided in another tab, or here by a first submit: then this changes nothing.
            await self.fail(authorization, USED)
        return await self._outcome(authorization)

    def duration(self, app: App, provider: Provider) -> Duration:
        """How long the grant will last if it is given now."""
        return self._consents.duration(app, provider)

    async def cancel(self, authorization: Authorization) -> str:
        """The consumer does not want to: where to send the browser."""
        return await self._end(authorization, Step.CANCELLED, CANCELLED)

    async def fail(self, authorization: Authorization, refusal: Refusal) -> str:
        """It cannot go on: where to send the browser."""
        return await self._end(authorization, Step.FAILED, refusal)

    def callback_url(self, provider_id: str) -> str:
        """Our redirect URI at a provider: one of its own for each, so that an answer cannot be
        taken for another provider's (mix-up, RFC 9700 4.4)."""
        return f"{self._issuer}/callback/{provider_id}"

    async def retire_abandoned(self) -> None:
        """Job: give up bank connections of consumers who left before they chose."""
        async with self._db.transaction() as tx:
            for authorization_id, connection_id in await self._authorizations.abandoned(tx, 50):
                if await self._authorizations.end(tx, authorization_id, Step.FAILED):
                    await self._connections.retire(tx, connection_id)

    async def _issue_code(
        self, tx: Transaction, authorization: Authorization, grant: Grant
    ) -> None:
        request = authorization.request
        assert authorization.auth_time is not None  # noqa: S101 - set by step ACCOUNTS
        await self._tokens.issue_code(
            tx,
            CodeRequest(
                authorization_id=authorization.id,
                grant_id=grant.id,
                app_id=request.app_id,
                redirect_uri=request.redirect_uri,
                scope=grant.scope_of(request.scope),
                nonce=request.nonce,
                code_challenge=request.code_challenge,
                auth_time=authorization.auth_time,
            ),
        )

    async def _is_expected(self, request: Request, login: BankLogin) -> bool:
        """Whether the consumer is the one that the app's ``id_token_hint`` names, if it does."""
        if request.subject_hint is None:
            return True
        app = await self._recipients.current(request.app_id)
        return app is not None and same(
            self._consents.subject(app, request.provider_id, login.subject), request.subject_hint
        )

    async def _claim_pushed(self, tx: Transaction, request: Request) -> bool:
        """Whether this is the first decision on the request, if it was pushed (RFC 9126 7.3)."""
        return request.pushed_hash is None or await self._authorizations.pushed.claim(
            tx, request.pushed_hash
        )

    async def _end(self, authorization: Authorization, step: Step, refusal: Refusal) -> str:
        async with self._db.transaction() as tx:
            ended = await self._authorizations.end(tx, authorization.id, step)
            if ended and step is Step.CANCELLED:
                await self._claim_pushed(tx, authorization.request)
            if ended:
                kind = (
                    AuditKind.CONSENT_CANCELLED
                    if step is Step.CANCELLED
                    else AuditKind.AUTHORIZATION_FAILED
                )
                reason = refusal.description or refusal.error
                await self._authorizations.note(tx, authorization.request, kind, reason)
                # Read again: the exchange may have finished since the caller looked.
                connection_id = await self._authorizations.connection_of(tx, authorization.id)
                if connection_id is not None:
                    await self._connections.retire(tx, connection_id)
        if ended:
            return error_url(authorization.request, self._issuer, refusal)
        return (await self._outcome(authorization)).url

    async def _outcome(self, authorization: Authorization) -> Outcome:
        """Where to send the browser by what is stored: of two decisions at once one counts, and
        both must hear which."""
        stored = await self._authorizations.find(authorization.id)
        request = authorization.request
        if stored is not None and stored.step is Step.APPROVED:
            code = self._tokens.code_of(authorization.id)
            return Outcome(success_url(request, self._issuer, code), is_approved=True)
        cancelled = stored is not None and stored.step is Step.CANCELLED
        refusal = CANCELLED if cancelled else ENDED
        return Outcome(error_url(request, self._issuer, refusal), is_approved=False)
