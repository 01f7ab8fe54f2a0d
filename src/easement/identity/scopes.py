"""Scopes of service tokens (RFC 6749 3.3): what each kind of organisation may ask for."""

from enum import StrEnum
from typing import Final

from easement.oauth.scope import parse_scope


class CredentialKind(StrEnum):
    """On whose behalf a machine signs in."""

    RECIPIENT = "recipient"
    PROVIDER = "provider"


SCOPES: Final = {
    CredentialKind.RECIPIENT: ("app_management_v2", "notifications_subscriptions", "advisory"),
    CredentialKind.PROVIDER: ("permissions", "provider_maintenance"),
}
"""In the order in which a granted scope is spelled."""


def in_order(scopes: frozenset[str]) -> str:
    """One spelling of a scope, whatever the order in which it was asked for."""
    return " ".join(each for every in SCOPES.values() for each in every if each in scopes)


def granted(requested: str | None, allowed: frozenset[str]) -> frozenset[str] | None:
    """The requested scope, all of which must be `allowed`; None if not, or if nothing was asked.

    A machine that asks for what it may not have is told so: to be given less would show much later.
    """
    wanted = parse_scope(requested or "")
    return wanted if wanted and wanted <= allowed else None
