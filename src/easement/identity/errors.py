"""Why a service credential or token does not serve."""

from enum import StrEnum


class ServiceTokenRefusal(StrEnum):
    """RFC 6750 3.1: the token is none, or not one for this."""

    INVALID = "invalid_token"
    INSUFFICIENT_SCOPE = "insufficient_scope"


class UnknownCredentialError(Exception):
    """There is no service credential of that client_id."""


class UnknownScopeError(Exception):
    """A scope that the kind of organisation cannot have; the message says which there are."""
