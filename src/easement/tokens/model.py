"""A family of tokens, and what a bearer's id_token says about a product call."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

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
    """All tokens that came from one code: the authorization's scope and time live here.

    After `lasts_until` none of them counts any more; None: it has a refresh token without an end.
    """

    id: str
    grant_id: str
    app_id: str
    scope: str
    auth_time: datetime
    lasts_until: datetime | None


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
    """A claimed code or refresh token: issue the next tokens of `family`.

    `successor` is the refresh token to give where it is not to be chance; with `is_repetition` it
    was given before.
    """

    family: Family
    nonce: str | None
    predecessor: str
    successor: str | None = None
    is_repetition: bool = False


@dataclass(frozen=True, slots=True)
class PresentedRefreshToken:
    """A refresh token that is known, used or not; the rest is decided when it is claimed."""

    hash: str
    family: Family
    successor: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long bearers issued now count."""

    access_token: timedelta
    id_token: timedelta


class TokenKind(StrEnum):
    """What a presented token is."""

    ACCESS = "access_token"
    REFRESH = "refresh_token"
    ID = "id_token"


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What a presented token is and whose. `counts` is whether the token itself may still be used;
    whether its grant stands is another question."""

    kind: TokenKind
    grant_id: str
    family_id: str
    app_id: str
    scope: str
    issued_at: datetime | None
    expires_at: datetime | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """New bearer secrets; the only time they are seen in clear."""

    access_token: str
    refresh_token: str | None
