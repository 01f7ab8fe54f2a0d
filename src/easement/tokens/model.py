"""A family of tokens, and what a bearer's id_token says about a product call."""

from dataclasses import dataclass
from datetime import datetime

from easement.products.model import Product


@dataclass(frozen=True, slots=True)
class Bearer:
    """The verified claims of an id_token that a product call depends on."""

    grant_id: str
    family_id: str
    app_id: str
    provider_id: str
    products: frozenset[Product]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Family:
    """All tokens that came from one code: the authorization's scope and time live here."""

    id: str
    grant_id: str
    app_id: str
    scope: str
    auth_time: datetime


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """What a code is bound to (RFC 6749 4.1.2, RFC 7636 4.4, OIDC Core 3.1.2.1)."""

    authorization_id: str
    grant_id: str
    app_id: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    auth_time: datetime


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A claimed code or refresh token: issue the next tokens of `family`."""

    family: Family
    nonce: str | None
    predecessor: str | None


@dataclass(frozen=True, slots=True)
class Issued:
    """New bearer secrets; the only time they are seen in clear."""

    access_token: str
    refresh_token: str | None
