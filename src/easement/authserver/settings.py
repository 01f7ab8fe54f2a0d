"""What the authorization server is told."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class AuthServerSettings:
    """`issuer` is the public URL without trailing slash; all links start with it."""

    issuer: str
    reveal_login: bool
    """Whether the ``name`` claim is the login at the bank (sandbox), else the pairwise subject."""

    reuse_tolerance: timedelta = timedelta(seconds=60)
    """In profile ``akoya``: a used code or refresh token presented again within this time is
    refused, and ends nothing."""

    refresh_token_idle: timedelta | None = None
    """A refresh token not used for this time counts no more; None: for ever in ``akoya``, 180 days
    in ``oauth``."""

    refresh_token_lifetime: timedelta | None = None
    """No refresh token counts longer than this after the consumer's sign-in; None: no such end."""

    @property
    def https(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.issuer.startswith("https://")
