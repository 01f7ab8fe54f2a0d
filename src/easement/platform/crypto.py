"""Sealing of secrets at rest and keyed hashing of bearer secrets, on the `cryptography` package.

A sealed value is AES-256-GCM with a random nonce; its context (what it is and whose) is
authenticated, so a sealed value copied into another row does not open. A bearer secret (code,
refresh token, client secret) is 256 random bits, so a keyed hash is enough and costs microseconds;
slow password hashes are for what people invent.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class SealBrokenError(Exception):
    """A sealed value does not open: wrong key, wrong context, or altered."""


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return AESGCM.generate_key(bit_length=256)


def seal(key: bytes, plaintext: bytes, context: str) -> bytes:
    """Encrypt `plaintext` so that only `key` together with the same `context` opens it."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """Open what `seal` made.

    Raises:
        SealBrokenError: the key or context differs, or the value was altered.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError(context) from error


def keyed_hash(key: bytes, *parts: str) -> str:
    """HMAC-SHA256 over the parts, base64url without padding (43 characters).

    Parts are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
    """
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode()
        mac.update(len(data).to_bytes(4, "big") + data)
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
