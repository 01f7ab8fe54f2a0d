"""Proof Key for Code Exchange (RFC 7636), method S256."""

import base64
import hashlib
import hmac
import re

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}")


def challenge_of(verifier: str) -> str:
    """BASE64URL(SHA256(verifier)), RFC 7636 4.2."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_challenge(value: str) -> bool:
    """Whether `value` can be an S256 challenge."""
    return _CHALLENGE.fullmatch(value) is not None


def proves(verifier: str | None, challenge: str | None) -> bool:
    """Whether the verifier answers the challenge of the authorization request.

    A verifier without a challenge is refused too: it is how a downgrade shows (RFC 9700 4.8.2).
    """
    if challenge is None or verifier is None:
        return challenge is None and verifier is None
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    return hmac.compare_digest(challenge_of(verifier), challenge)
