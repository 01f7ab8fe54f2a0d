"""How long a consumer may take."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class AuthorizationSettings:
    """Times of the consent flow."""

    lifetime: timedelta = timedelta(minutes=30)
    """From `/auth` to the approval; afterwards the consumer is sent back with an error."""

    exchange_patience: timedelta = timedelta(seconds=30)
    """An exchange at the bank that has not finished by then was cut off and counts as failed."""
