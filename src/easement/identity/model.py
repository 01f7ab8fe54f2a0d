"""Service credentials and the tokens they give."""

from dataclasses import dataclass
from datetime import datetime

from easement.identity.scopes import CredentialKind


@dataclass(frozen=True, slots=True)
class Credential:
    """A machine of an organisation: a company of recipients, or a provider, by its id."""

    client_id: str
    kind: CredentialKind
    organisation_id: str
    scopes: frozenset[str]
    created_at: datetime
    secrets: int
    """How many secrets count at the moment: two while one replaces the other."""


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """What an access token for service APIs stands for."""

    client_id: str
    kind: CredentialKind
    organisation_id: str
    scopes: frozenset[str]
    issued_at: datetime
    expires_at: datetime
