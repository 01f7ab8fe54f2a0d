"""How tokens behave in each profile.

``akoya`` as documented: a used refresh token is always refused, the access token lives as long as
the id_token. ``oauth`` after RFC 9700: a lost answer is repeated for a moment, any other reuse ends
the family at once, bearers are short, and a refresh token that nobody uses goes out of use.
"""

from collections.abc import Mapping
from datetime import timedelta

from easement.authserver.settings import AuthServerSettings
from easement.recipients.model import Profile
from easement.tokens.settings import TokenRules

_AT_ONCE = timedelta()


def rules_by_profile(settings: AuthServerSettings) -> Mapping[Profile, TokenRules]:
    """The rules; the operator's limits on refresh tokens hold in both profiles."""
    return {
        Profile.AKOYA: TokenRules(
            code_tolerance=settings.reuse_tolerance,
            refresh_tolerance=settings.reuse_tolerance,
            repeats_refresh=False,
            access_token_lifetime=None,
            refresh_token_idle=settings.refresh_token_idle,
            refresh_token_lifetime=settings.refresh_token_lifetime,
        ),
        Profile.OAUTH: TokenRules(
            code_tolerance=_AT_ONCE,
            refresh_tolerance=timedelta(seconds=30),
            repeats_refresh=True,
            # What FDX allows at most.
            access_token_lifetime=timedelta(seconds=900),
            refresh_token_idle=settings.refresh_token_idle or timedelta(days=180),
            refresh_token_lifetime=settings.refresh_token_lifetime,
        ),
    }
