"""The key ring: every key, opened, used from memory."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from joserfc.jwk import Key

from easement.keys.algorithms import DEFAULT_ALGORITHM
from easement.keys.errors import NoSigningKeyError
from easement.platform import crypto
from easement.platform.clock import Clock

_TAG = 8
# Replicas' clocks differ a little, and relying parties allow for it too.
_SKEW = timedelta(minutes=5)


class KeyState(StrEnum):
    """Where a signing key stands."""

    NEXT = "next"  # published, does not sign yet
    SIGNING = "signing"
    PUBLISHED = "published"  # signs no more, tokens it signed may still live
    RETIRED = "retired"  # no token it signed lives


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key with its ``kid``, its one JWS algorithm (RFC 7518) and its dates."""

    kid: str
    algorithm: str
    public: Key
    private: Key | None
    """None once it signs no more: then it is destroyed."""

    created_at: datetime
    used_from: datetime
    used_until: datetime | None
    longest_token: timedelta
    """The longest lifetime of a token it signs."""

    @property
    def published_until(self) -> datetime | None:
        """When the last token it can have signed has expired; None while it has no successor."""
        if self.used_until is None:
            return None
        return self.used_until + self.longest_token + _SKEW

    def state(self, now: datetime) -> KeyState:
        """Where it stands by its dates."""
        if now < self.used_from:
            return KeyState.NEXT
        if self.used_until is None or now < self.used_until:
            return KeyState.SIGNING
        return KeyState.PUBLISHED if self.is_published(now) else KeyState.RETIRED

    def is_published(self, now: datetime) -> bool:
        """Whether tokens under it count."""
        until = self.published_until
        return until is None or now < until


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key that seals secrets at rest, from `used_from` on; it opens them for ever."""

    id: str
    key: bytes
    used_from: datetime

    @property
    def tag(self) -> bytes:
        """Starts every value sealed under it."""
        return sha256(self.id.encode()).digest()[:_TAG]


@dataclass(frozen=True, slots=True)
class KeyContents:
    """All keys as they stood at one moment, each kind oldest first."""

    signing: tuple[SigningKey, ...]
    data: tuple[DataKey, ...]
    pepper: bytes
    subject: bytes


class KeyRing:
    """What the network signs, seals and hashes with."""

    def __init__(self, contents: KeyContents, clock: Clock) -> None:
        self._clock = clock
        self.take(contents)

    def take(self, contents: KeyContents) -> None:
        """Use these keys from now on."""
        self.contents = contents
        self._by_kid = {key.kid: key for key in contents.signing}
        self._by_tag = {key.tag: key for key in contents.data}

    def signing(self, algorithm: str = DEFAULT_ALGORITHM) -> SigningKey:
        """The key that signs with `algorithm` now.

        Raises:
            NoSigningKeyError: there is none yet.
        """
        able = [
            key
            for key in self.contents.signing
            if key.algorithm == algorithm and key.private is not None
        ]
        if not able:
            raise NoSigningKeyError(algorithm)
        now = self._clock.now()
        begun = [key for key in able if key.used_from <= now]
        # None has begun where a sandbox's clock was set back behind the key's first day.
        return max(begun, key=_used_from) if begun else min(able, key=_used_from)

    def can_sign(self, algorithm: str) -> bool:
        """Whether `signing` finds a key."""
        return any(key.algorithm == algorithm and key.private for key in self.contents.signing)

    def verifying(self, kid: object) -> SigningKey | None:
        """The published key of that name."""
        key = self._by_kid.get(kid) if isinstance(kid, str) else None
        return key if key is not None and key.is_published(self._clock.now()) else None

    def jwks(self) -> Mapping[str, Any]:
        """The published keys as a JWK Set (RFC 7517)."""
        now = self._clock.now()
        published = [key.public for key in self.contents.signing if key.is_published(now)]
        return {"keys": [key.as_dict(private=False) for key in published]}

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Seal a secret for storage; `context` names the row and column it belongs to."""
        key = self._sealing()
        return key.tag + crypto.seal(key.key, plaintext, context)

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Open what `seal` made, under whichever data key. Raises `SealBrokenError`."""
        key = self._by_tag.get(sealed[:_TAG])
        if key is not None:
            return crypto.unseal(key.key, sealed[_TAG:], context)
        # Made before values named their key.
        for candidate in self.contents.data:
            with contextlib.suppress(crypto.SealBrokenError):
                return crypto.unseal(candidate.key, sealed, context)
        raise crypto.SealBrokenError(context)

    def reseal(self, sealed: bytes, context: str) -> bytes | None:
        """The same secret under the data key that seals now; None if it is under that one.

        Raises:
            SealBrokenError: it does not open.
        """
        if sealed[:_TAG] == self._sealing().tag:
            return None
        return self.seal(self.unseal(sealed, context), context)

    def hash(self, kind: str, *parts: str) -> str:
        """Keyed hash of a bearer secret or lookup value, different for each `kind`."""
        return crypto.keyed_hash(self.contents.pepper, kind, *parts)

    def subject(self, provider_id: str, login: str, sector: str) -> str:
        """The ``sub`` of a login at a provider as one sector sees it (OIDC Core 8.1, pairwise).

        Its key never rotates: the same login keeps its subject over every new link.
        """
        return crypto.keyed_hash(self.contents.subject, provider_id, login, sector)

    def pseudonym(self, kind: str, *parts: str) -> str:
        """Keyed hash that stands for something lasting, different for each `kind`.

        Its key never rotates, unlike the one of `hash`: what is derived stays the same.
        """
        # No provider has the empty id, so no pseudonym is anybody's subject.
        return crypto.keyed_hash(self.contents.subject, "", kind, *parts)

    def _sealing(self) -> DataKey:
        now = self._clock.now()
        begun = [key for key in self.contents.data if key.used_from <= now]
        return max(begun or self.contents.data[:1], key=_used_from)


def _used_from(key: SigningKey | DataKey) -> datetime:
    return key.used_from
