"""Lifetimes of codes and tokens."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Documented values are the defaults."""

    code_lifetime: timedelta = timedelta(minutes=5)
    """An authorization code must be exchanged within this time."""

    reuse_tolerance: timedelta = timedelta(seconds=60)
    """A used code or refresh token presented again within this time is refused, no more: two
    workers of one app that refresh at the same moment must not disconnect their user."""

    used_token_memory: timedelta = timedelta(days=30)
    """A used refresh token presented again within this time is recognised as a reuse; later it is
    as unknown as any other string, and refused likewise."""

    access_token_lifetime: timedelta = timedelta(hours=24)
    """The opaque access token serves userinfo only."""
