"""Parts of an id_token (OpenID Connect Core)."""

import base64
import hashlib


def at_hash(access_token: str, algorithm: str = "RS256") -> str:
    """The left half of the access token's hash, base64url (OIDC Core 3.1.3.6).

    The hash is that of the id_token's algorithm: SHA-256, but SHA-512 where Ed25519 signs.
    """
    hashed = hashlib.sha512 if algorithm == "EdDSA" else hashlib.sha256
    digest = hashed(access_token.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
