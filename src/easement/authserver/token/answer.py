"""The token response (RFC 6749 5.1, OIDC Core 3.1.3.3) with the documented members."""

from dataclasses import dataclass
from typing import Any

from easement.authserver.settings import AuthServerSettings
from easement.consent.errors import GrantEndedError
from easement.consent.model import Grant
from easement.consent.service import Consents
from easement.oauth.scope import EMAIL, parse_scope
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from easement.providers.errors import ConnectionGoneError
from easement.providers.model import Connection
from easement.recipients.model import App
from easement.tokens.id_tokens import IdTokens, IdTokenSubject
from easement.tokens.model import Issued, Lifetimes, Redeemed
from easement.tokens.service import Tokens
from easement.tokens.settings import TokenRules


@dataclass(frozen=True, slots=True)
class About:
    """Everything a token response speaks of besides the new tokens."""

    grant: Grant
    connection: Connection
    id_token_alg: str
    lifetimes: Lifetimes


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """Makes the body of a successful token response."""

    settings: AuthServerSettings
    consents: Consents
    directory: Directory
    connections: Connections
    tokens: Tokens
    id_tokens: IdTokens

    async def about(self, app: App, rules: TokenRules, grant_id: str) -> About | None:
        """What there is to say to `app`; None once the consent has ended."""
        try:
            grant = await self.consents.require_active(grant_id)
            connection = await self.connections.open(grant.connection_id)
        except (GrantEndedError, ConnectionGoneError):
            return None
        provider = await self.directory.current(grant.provider_id)
        if provider is None:
            return None
        lifetimes = self.tokens.lifetimes(
            rules, provider.policy.id_token_lifetime, grant.expires_at
        )
        await self.id_tokens.prepare(lifetimes.id_token, app.id_token_alg)
        return About(grant, connection, app.id_token_alg, lifetimes)

    def body(self, about: About, redeemed: Redeemed, issued: Issued) -> dict[str, Any]:
        """token_type, expires_in (seconds), id_token, access_token, grant_id, scope and, with
        offline_access, refresh_token."""
        grant, family = about.grant, redeemed.family
        with_email = EMAIL in parse_scope(family.scope)
        subject = IdTokenSubject(
            subject=grant.subject,
            app_id=grant.app_id,
            company_id=grant.company_id,
            provider_id=grant.provider_id,
            grant_id=grant.id,
            family_id=family.id,
            name=about.connection.login if self.settings.reveal_login else grant.subject,
            email=about.connection.email if with_email else None,
            email_verified=about.connection.email_verified,
            products=grant.products,
            account_ids=grant.account_ids,
            auth_time=family.auth_time,
            nonce=redeemed.nonce,
        )
        id_token = self.id_tokens.sign(
            subject, issued.access_token, about.lifetimes.id_token, about.id_token_alg
        )
        body = {
            "token_type": "bearer",
            # One less than the lifetime, as documented answers have it: the network is not free.
            "expires_in": max(int(about.lifetimes.access_token.total_seconds()) - 1, 0),
            "id_token": id_token,
            "access_token": issued.access_token,
            "grant_id": grant.id,
            "scope": family.scope,
        }
        if issued.refresh_token is not None:
            body["refresh_token"] = issued.refresh_token
        return body
