"""Why a token is not accepted."""

from enum import StrEnum


class InvalidTokenError(Exception):
    """A bearer is not one of ours, altered, expired or too large. Says nothing to the caller."""


class TokenRefusal(StrEnum):
    """Why a code or refresh token was not redeemed.

    A value, not an exception: what the refusal changed (a family ended) must be committed.
    """

    INVALID = "invalid"
    REDIRECT_URI_DIFFERS = "redirect_uri_differs"
    PKCE_FAILED = "pkce_failed"
