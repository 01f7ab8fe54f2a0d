"""What the authorization server is told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuthServerSettings:
    """`issuer` is the public URL without trailing slash; all links start with it."""

    issuer: str
    reveal_login: bool
    """Whether the ``name`` claim is the login at the bank (sandbox), else the pairwise subject."""

    @property
    def https(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.issuer.startswith("https://")
