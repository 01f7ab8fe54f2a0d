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
from easement.providers.model import Connection, Provider
from easement.tokens.id_tokens import IdTokens, IdTokenSubject
from easement.tokens.model import Issued, Redeemed


@dataclass(frozen=True, slots=True)
class About:
    """Everything a token response speaks of besides the new tokens."""

    grant: Grant
    provider: Provider
    connection: Connection


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """Makes the body of a successful token response."""

    settings: AuthServerSettings
    consents: Consents
    directory: Directory
    connections: Connections
    id_tokens: IdTokens

    async def about(self, grant_id: str) -> About | None:
        """What there is to say; None once the consent has ended."""
        try:
            grant = await self.consents.require_active(grant_id)
            connection = await self.connections.open(grant.connection_id)
        except (GrantEndedError, ConnectionGoneError):
            return None
        provider = await self.directory.current(grant.provider_id)
        return None if provider is None else About(grant, provider, connection)

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
        lifetime = about.provider.policy.id_token_lifetime
        body = {
            "token_type": "bearer",
            # One less than the lifetime, as documented answers have it: the network is not free.
            "expires_in": int(lifetime.total_seconds()) - 1,
            "id_token": self.id_tokens.sign(subject, issued.access_token, lifetime),
            "access_token": issued.access_token,
            "grant_id": grant.id,
            "scope": family.scope,
        }
        if issued.refresh_token is not None:
            body["refresh_token"] = issued.refresh_token
        return body
