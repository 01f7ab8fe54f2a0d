"""Parts of an id_token (OpenID Connect Core)."""

import base64
import hashlib


def at_hash(access_token: str) -> str:
    """The left half of the access token's SHA-256, base64url (OIDC Core 3.1.3.6, RS256)."""
    digest = hashlib.sha256(access_token.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
