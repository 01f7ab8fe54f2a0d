"""Scope (RFC 6749 3.3)."""

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"
PROFILE = "profile"
EMAIL = "email"

SUPPORTED = (OPENID, OFFLINE_ACCESS, PROFILE, EMAIL)


def parse_scope(value: str) -> frozenset[str]:
    """The scope tokens of a space-separated list; order and repetition do not matter."""
    return frozenset(value.split(" ")) - {""}


def granted_scope(requested: frozenset[str]) -> str:
    """What is granted of a request: unknown tokens are ignored, as RFC 6749 3.3 allows."""
    return " ".join(token for token in SUPPORTED if token in requested)
