"""How long a consumer may take, and how long we remember them."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class AuthorizationSettings:
    """Times of the consent flow."""

    lifetime: timedelta = timedelta(minutes=30)
    """From `/auth` to the approval; afterwards the consumer is sent back with an error."""

    exchange_patience: timedelta = timedelta(seconds=30)
    """An exchange at the bank that has not finished by then was cut off and counts as failed."""

    pushed_lifetime: timedelta = timedelta(seconds=90)
    """From the push of a request to the browser that brings its request URI (RFC 9126 2.2)."""

    session_lifetime: timedelta = timedelta(minutes=30)
    """From the approval; so long an app may ask again without a page."""
