"""Tokens that say the same as a genuine one, and should open nothing."""

import base64
import hashlib
import hmac
import json
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey


def unproven(token: str, part: int) -> dict[str, Any]:
    """Header (0) or claims (1) of a JWT, believed without proof."""
    text = token.split(".")[part]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return decoded


def _encoded(value: bytes | dict[str, Any]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _mac(header: dict[str, Any], claims: str, secret: bytes) -> str:
    """What a library that lets the header choose the algorithm would accept (RFC 8725 2.1)."""
    signed = f"{_encoded({**header, 'alg': 'HS256'})}.{claims}"
    return f"{signed}.{_encoded(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def forged_tokens(genuine: str, public: RSAKey) -> dict[str, str]:
    """Forgeries by name, made from a genuine token and the published key it was signed with."""
    header, body = unproven(genuine, 0), unproven(genuine, 1)
    first, second, signature = genuine.split(".")
    stranger = RSAKey.generate_key(2048, {"kid": header["kid"]})
    wider = {**body, "accounts": ["1"], "exp": body["exp"] + 1}
    own_key = {**header, "jwk": stranger.as_dict(private=False)}
    signs = ["RS256"]
    return {
        "altered claims": f"{first}.{_encoded(wider)}.{signature}",
        "altered header": f"{_encoded({**header, 'x': 1})}.{second}.{signature}",
        "altered signature": f"{first}.{second}.{signature[4:]}{signature[:4]}",
        "no signature": f"{first}.{second}.",
        "alg none": f"{_encoded({**header, 'alg': 'none'})}.{second}.",
        "alg None": f"{_encoded({**header, 'alg': 'None'})}.{second}.",
        "alg none, old signature": f"{_encoded({**header, 'alg': 'none'})}.{second}.{signature}",
        "alg missing": f"{_encoded({'kid': header['kid']})}.{second}.{signature}",
        "HS256 with the public key": _mac(header, second, public.as_pem(private=False)),
        "HS256 with the public JWK": _mac(
            header, second, json.dumps(public.as_dict(private=False)).encode()
        ),
        "a stranger's key": jwt.encode(header, body, stranger, algorithms=signs),
        "a stranger's key in the header": jwt.encode(own_key, body, stranger, algorithms=signs),
        "unknown kid": f"{_encoded({**header, 'kid': 'other'})}.{second}.{signature}",
        "kid of another type": f"{_encoded({**header, 'kid': 7})}.{second}.{signature}",
        "PS256": f"{_encoded({**header, 'alg': 'PS256'})}.{second}.{signature}",
        "two parts": f"{first}.{second}",
        "five parts": f"{genuine}.a.b",
        "a list for a header": f"{_encoded(b'[]')}.{second}.{signature}",
        "no base64": "a.b.c",
        "nothing": "",
        "a dot": ".",
        "huge": "a" * 40_000,
        "not ASCII": "é.é.é".encode().decode("latin-1"),
    }
