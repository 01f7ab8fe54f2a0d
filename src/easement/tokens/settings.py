"""How long codes and tokens count, and what happens when a used one comes again."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """What is the same for all apps. Documented values are the defaults."""

    code_lifetime: timedelta = timedelta(minutes=5)
    """An authorization code must be exchanged within this time."""

    used_token_memory: timedelta = timedelta(days=30)
    """A used refresh token presented again within this time is recognised as a reuse; later it is
    as unknown as any other string, and refused likewise."""


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What differs between apps; the authorization server has one for each profile."""

    code_tolerance: timedelta
    """A used code presented again within this time is refused, no more; later its family ends."""

    refresh_tolerance: timedelta
    """The same for a used refresh token: two workers of one app that refresh at the same moment
    must not disconnect their user."""

    repeats_refresh: bool
    """Within that time, and while its successor is unused, a used refresh token is not refused but
    gets the same successor again: an app whose answer was lost goes on."""

    access_token_lifetime: timedelta | None
    """At most this long; None: as long as the id_token."""

    refresh_token_idle: timedelta | None
    """A refresh token not used for this time counts no more; None: it waits for ever."""

    refresh_token_lifetime: timedelta | None
    """No refresh token counts longer than this after the consumer's sign-in; None: no such end."""
