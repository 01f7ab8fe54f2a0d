"""How long a consent lasts, in FDX's words (ConsentRequest: durationType, durationPeriod)."""

from dataclasses import dataclass
from enum import StrEnum


class DurationType(StrEnum):
    """FDX ConsentDurationType."""

    ONE_TIME = "ONE_TIME"
    PERSISTENT = "PERSISTENT"
    TIME_BOUND = "TIME_BOUND"


@dataclass(frozen=True, slots=True)
class ConsentDuration:
    """A duration type, with the `days` that TIME_BOUND needs and the others must not have.

    Raises:
        ValueError: days are missing, given where there are none, or fewer than one.
    """

    type: DurationType
    days: int | None = None

    def __post_init__(self) -> None:
        if (self.type is DurationType.TIME_BOUND) != (self.days is not None):
            message = "expected days with TIME_BOUND, and with TIME_BOUND only"
            raise ValueError(message)
        if self.days is not None and not 1 <= self.days <= 3650:
            message = "expected 1 to 3650 days"
            raise ValueError(message)
