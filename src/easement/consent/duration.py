"""How long a consent lasts: what the provider's policy and the app's wish come to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from easement.fdx.consent_duration import ConsentDuration, DurationType
from easement.providers.model import Policy, RefreshTokenPolicy

NOTICE = timedelta(days=30)
"""So long before it comes, an end is told."""


@dataclass(frozen=True, slots=True)
class Duration:
    """What the consumer is asked for, `since` now. `until` None: until somebody ends it."""

    type: DurationType
    since: datetime
    until: datetime | None


def agreed_duration(policy: Policy, wish: ConsentDuration | None, now: datetime) -> Duration:
    """The shorter one of both, for a consent given `now`.

    A consent for one time lasts as long as the id_token made from it at once, and no longer than
    the other side allows. Where the bank's own permission has a set end, that is an end as well.
    """
    lengths = [] if policy.consent_duration is None else [policy.consent_duration]
    if policy.refresh_token_policy is RefreshTokenPolicy.SET and policy.refresh_token_lifetime:
        lengths.append(policy.refresh_token_lifetime)
    if wish is not None and wish.days is not None:
        lengths.append(timedelta(days=wish.days))
    is_wished_once = wish is not None and wish.type is DurationType.ONE_TIME
    if policy.one_time_consent or is_wished_once:
        shortest = min([*lengths, policy.id_token_lifetime])
        return Duration(DurationType.ONE_TIME, now, now + shortest)
    if lengths:
        return Duration(DurationType.TIME_BOUND, now, now + min(lengths))
    return Duration(DurationType.PERSISTENT, now, None)
