"""A relying party's check of a JWT's signature with `cryptography` alone."""

import base64
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

_SHA256 = hashes.SHA256()


def verifies(jwk: Mapping[str, Any], token: str) -> bool:
    """Whether the key's one algorithm proves the token (RFC 7515 5.2, RFC 7518 3, RFC 8037 3.1)."""
    signed, _, last = token.rpartition(".")
    signature, message = _bytes(last), signed.encode()
    try:
        match jwk["alg"]:
            case "RS256":
                _rsa(jwk).verify(signature, message, padding.PKCS1v15(), _SHA256)
            case "PS256":
                pss = padding.PSS(padding.MGF1(_SHA256), _SHA256.digest_size)
                _rsa(jwk).verify(signature, message, pss, _SHA256)
            case "ES256":
                point = ec.EllipticCurvePublicNumbers(
                    _number(jwk["x"]), _number(jwk["y"]), ec.SECP256R1()
                )
                r, s = (int.from_bytes(half) for half in (signature[:32], signature[32:]))
                der = encode_dss_signature(r, s)
                point.public_key().verify(der, message, ec.ECDSA(_SHA256))
            case "EdDSA":
                key = Ed25519PublicKey.from_public_bytes(_bytes(jwk["x"]))
                key.verify(signature, message)
            case other:
                raise AssertionError(f"no relying party knows {other}")
    except InvalidSignature:
        return False
    return True


def _rsa(jwk: Mapping[str, Any]) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
