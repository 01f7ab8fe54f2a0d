"""An app's own keys: the inline JWK Set (RFC 7517) that its client assertions are checked with.

Keys stand in the database, never behind a URL of the app's choice (`jwks_uri`, `jku`, `x5u`):
fetching those would let a stranger make the network call hosts inside its own walls.
"""

import base64
from collections.abc import Mapping
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

ASSERTION_ALGORITHMS: Final = ("PS256", "ES256", "EdDSA")
"""FAPI 2.0 Security Profile, 5.4.1. RS256 is left out: PKCS #1 v1.5 padding."""

_MEMBERS = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
_CURVE = {"EC": "P-256", "OKP": "Ed25519"}
_ALGORITHM = {"RSA": "PS256", "EC": "ES256", "OKP": "EdDSA"}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_MOST_KEYS = 10
_LONGEST_MEMBER = 1400  # a modulus of 8192 bits
_RSA_BITS = range(2048, 8193)


class JwksError(Exception):
    """Not a set of keys that can be used; the message says what was expected."""


def read_jwks(document: object) -> dict[str, Any]:
    """The set with what is needed of each key: kty, kid, alg and the public parameters.

    Raises:
        JwksError: a key is private, weak, of another kind, or not named apart.
    """
    entries = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(entries, list) or not 1 <= len(entries) <= _MOST_KEYS:
        message = f'expected {{"keys": [...]}} with 1 to {_MOST_KEYS} public keys'
        raise JwksError(message)
    keys = [_read(number, entry) for number, entry in enumerate(entries)]
    if len({key["kid"] for key in keys}) != len(keys):
        message = "expected a kid of its own for each key"
        raise JwksError(message)
    return {"keys": keys}


def key_for(jwks: Mapping[str, Any], kid: object, algorithm: object) -> Key | None:
    """The key that a JOSE header means. Only a set of one needs no `kid`."""
    named = jwks["keys"]
    if kid is not None or len(named) > 1:
        named = [key for key in named if key["kid"] == kid]
    if len(named) != 1 or named[0]["alg"] != algorithm:
        return None
    return import_key(named[0])


def _read(number: int, entry: object) -> dict[str, Any]:
    where = f"key {number}"
    if not isinstance(entry, Mapping):
        message = f"{where}: expected a JWK, an object"
        raise JwksError(message)
    if _PRIVATE & entry.keys():
        message = f"{where}: expected a public key, this one is private; do not use it any more"
        raise JwksError(message)
    kty = entry.get("kty")
    if not isinstance(kty, str) or kty not in _MEMBERS:
        message = f"{where}: expected kty RSA, EC or OKP"
        raise JwksError(message)
    algorithm = _ALGORITHM[kty]
    if entry.get("alg", algorithm) != algorithm:
        message = f"{where}: expected alg {algorithm} for kty {kty}"
        raise JwksError(message)
    if entry.get("use", "sig") != "sig":
        message = f'{where}: expected a key for signatures, "use": "sig"'
        raise JwksError(message)
    if kty in _CURVE and entry.get("crv") != _CURVE[kty]:
        message = f"{where}: expected crv {_CURVE[kty]} for kty {kty}"
        raise JwksError(message)
    kid = entry.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= 200 or not kid.isprintable():
        message = f"{where}: expected a kid of 1 to 200 printable characters"
        raise JwksError(message)
    key: dict[str, Any] = {"kty": kty, "kid": kid, "use": "sig", "alg": algorithm}
    for member in _MEMBERS[kty]:
        value = entry.get(member)
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_MEMBER:
            message = f"{where}: expected {member}, base64url"
            raise JwksError(message)
        key[member] = value
    _check(where, key)
    return key


def _check(where: str, key: dict[str, Any]) -> None:
    """Whether the numbers make a key: the point is on the curve, the modulus long enough."""
    # Asked before the library sees it, which would only warn.
    if key["kty"] == "RSA" and _bits(key["n"]) not in _RSA_BITS:
        message = f"{where}: expected an RSA key of 2048 to 8192 bits"
        raise JwksError(message)
    try:
        _ = import_key(key).public_key
    except (JoseError, ValueError, TypeError) as error:
        message = f"{where}: its numbers make no {key['kty']} key"
        raise JwksError(message) from error


def _bits(number: str) -> int:
    try:
        return int.from_bytes(base64.urlsafe_b64decode(f"{number}==")).bit_length()
    except ValueError:
        return 0
