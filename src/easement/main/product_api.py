"""What the operator's settings make of the product API: its versions and its rate limit."""

from collections.abc import Mapping

from easement.gateway.ports import LimitsRate
from easement.main.settings import Settings
from easement.products.catalogue import VERSIONS, with_deprecation
from easement.products.model import Version


def versions(settings: Settings) -> Mapping[str, Version]:
    """The versions that are served, v2 with its dates where it has some.

    Raises:
        ValueError: the dates make no sense; says why.
    """
    if settings.v2_deprecated_on is not None:
        return with_deprecation("v2", settings.v2_deprecated_on, settings.v2_sunset_on)
    if settings.v2_sunset_on is not None:
        message = "EASEMENT_V2_SUNSET_AT needs EASEMENT_V2_DEPRECATED_AT, the day it is announced"
        raise ValueError(message)
    return VERSIONS


def rate(settings: Settings) -> LimitsRate | None:
    """The limit on each app, where there is one."""
    if settings.requests_per_second is None:
        return None
    # Not imported for nothing: start-up has a budget.
    from easement.platform.limits import RateLimit

    return RateLimit(settings.requests_per_second)
