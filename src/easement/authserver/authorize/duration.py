"""How long a consent lasts, in a consumer's words."""

from datetime import datetime, timedelta

from easement.consent.duration import Duration
from easement.fdx.consent_duration import DurationType
from easement.providers.model import Policy, RefreshTokenPolicy

_NEEDS_A_TIME = timedelta(days=2)


def in_words(duration: Duration, policy: Policy, app: str) -> str:
    """The sentence on the consent page. Times are UTC: the page does not know the reader's."""
    if duration.until is None:
        return (
            f"Until you stop it{_unused(policy, app)}. {app} can read these accounts again at any "
            "time until then."
        )
    is_short = duration.until - duration.since <= _NEEDS_A_TIME
    until = _date(duration.until) + (f"{duration.until:, %H:%M} UTC" if is_short else "")
    if duration.type is DurationType.ONE_TIME:
        return f"One time, until {until}. After that {app} has to ask you again."
    return f"Until {until}, unless you stop it earlier."


def _unused(policy: Policy, app: str) -> str:
    lifetime = policy.refresh_token_lifetime
    if policy.refresh_token_policy is not RefreshTokenPolicy.ROLLING or lifetime is None:
        return ""
    if lifetime < _NEEDS_A_TIME:
        return f", or until {app} has not used it for a while"
    return f", or until {app} has not used it for {lifetime.days} days"


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
