"""The key ring: every key opened once at start, used from memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import KeySet, RSAKey

from easement.platform import crypto


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its ``kid`` and JWS algorithm (RFC 7518)."""

    kid: str
    algorithm: str
    key: RSAKey


class KeyRing:
    """What the network signs, seals and hashes with."""

    def __init__(
        self, signing: SigningKey, published: KeySet, data_key: bytes, pepper: bytes, subject: bytes
    ) -> None:
        self.signing = signing
        self.published = published
        self._data_key = data_key
        self._pepper = pepper
        self._subject = subject

    def jwks(self) -> Mapping[str, Any]:
        """The public keys as a JWK Set (RFC 7517)."""
        return self.published.as_dict(private=False)

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Seal a secret for storage; `context` names the row and column it belongs to."""
        return crypto.seal(self._data_key, plaintext, context)

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Open what `seal` made. Raises `SealBrokenError`."""
        return crypto.unseal(self._data_key, sealed, context)

    def hash(self, kind: str, *parts: str) -> str:
        """Keyed hash of a bearer secret or lookup value, different for each `kind`."""
        return crypto.keyed_hash(self._pepper, kind, *parts)

    def subject(self, provider_id: str, login: str, sector: str) -> str:
        """The ``sub`` of a login at a provider as one sector sees it (OIDC Core 8.1, pairwise).

        Its key never rotates: the same login keeps its subject over every new link.
        """
        return crypto.keyed_hash(self._subject, provider_id, login, sector)
