"""id_tokens: signed at the token endpoint, checked at every product call."""

import contextlib
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from easement.keys.algorithms import DEFAULT_ALGORITHM, REGISTRY
from easement.keys.errors import NoSigningKeyError
from easement.keys.model import SigningKey
from easement.keys.service import Keys
from easement.oauth.id_token import at_hash
from easement.platform.clock import Clock
from easement.platform.db import UnavailableError
from easement.platform.ids import new_id
from easement.products.model import Product
from easement.tokens.errors import InvalidTokenError
from easement.tokens.model import Bearer

_MAX_BYTES = 16 * 1024
_HEADER = {"alg", "kid", "typ"}
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class IdTokenSubject:
    """Who and what an id_token speaks of."""

    subject: str
    app_id: str
    company_id: str
    provider_id: str
    grant_id: str
    family_id: str
    name: str
    email: str | None
    email_verified: bool
    products: Collection[Product]
    account_ids: Collection[str]
    auth_time: datetime
    nonce: str | None


@dataclass(frozen=True, slots=True)
class IdTokenHint:
    """Whom an id_token names to its app, whether it has expired or not."""

    app_id: str
    subject: str
    family_id: str


class IdTokens:
    """Signs and checks id_tokens of one issuer (OIDC Core 2)."""

    def __init__(self, issuer: str, keys: Keys, clock: Clock) -> None:
        self._issuer = issuer
        self._keys = keys
        self._clock = clock
        self._checked: dict[bytes, Bearer] = {}
        self._checked_by = keys.ring.contents

    async def prepare(self, lifetime: timedelta, algorithm: str = DEFAULT_ALGORITHM) -> None:
        """See to it that `sign` can do so; call it before anything is claimed."""
        await self._keys.prepare(algorithm, lifetime)

    async def jwks(self) -> Mapping[str, Any]:
        """The keys that tokens are to be checked with (RFC 7517)."""
        # Read anew: a relying party asks because it met a key that it does not know.
        with contextlib.suppress(UnavailableError):
            await self._keys.refresh()
        return self._keys.ring.jwks()

    def sign(
        self,
        about: IdTokenSubject,
        access_token: str,
        lifetime: timedelta,
        algorithm: str = DEFAULT_ALGORITHM,
    ) -> str:
        """A JWT with the documented claims, valid for `lifetime`.

        Raises:
            NoSigningKeyError: `prepare` was not called for this algorithm and lifetime.
        """
        key = self._keys.ring.signing(algorithm)
        if key.private is None or lifetime > key.longest_token:
            raise NoSigningKeyError(algorithm)
        now = int(self._clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": about.subject,
            "aud": [about.app_id],
            "exp": now + int(lifetime.total_seconds()),
            "iat": now,
            "auth_time": int(about.auth_time.timestamp()),
            "at_hash": at_hash(access_token, algorithm),
            "jti": new_id("jwt"),
            "sid": about.family_id,
            "grant_id": about.grant_id,
            "connectorId": about.provider_id,
            "recipientId": about.company_id,
            "name": about.name,
            "products": sorted(about.products),
            "accounts": sorted(about.account_ids),
        }
        if about.email is not None:
            claims |= {"email": about.email, "email_verified": about.email_verified}
        if about.nonce is not None:
            claims["nonce"] = about.nonce
        header = {"alg": algorithm, "kid": key.kid, "typ": "JWT"}
        return jwt.encode(header, claims, key.private, registry=REGISTRY)

    async def bearer(self, token: str) -> Bearer:
        """What a presented id_token says, its signature checked once and remembered.

        Raises:
            InvalidTokenError: not one of ours, altered, expired, or absurdly large.
            UnavailableError: its key is not known here, and the database is out of reach.
        """
        if self._checked_by is not self._keys.ring.contents:
            # What a withdrawn key signed counts no more.
            self._checked_by = self._keys.ring.contents
            self._checked.clear()
        # By digest: what strangers send must not fill the memory.
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        bearer = self._checked.get(digest)
        if bearer is None:
            bearer = await self._check(token)
            if len(self._checked) >= _REMEMBERED:
                del self._checked[next(iter(self._checked))]
            self._checked[digest] = bearer
        if self._clock.now() >= bearer.expires_at:
            self._checked.pop(digest, None)
            raise InvalidTokenError("expired")
        return bearer

    async def hint(self, token: str) -> IdTokenHint:
        """What a token says that comes back as ``id_token_hint`` (OIDC Core 3.1.2.1).

        Raises:
            InvalidTokenError: not one of ours, or altered. An expired one is fine.
            UnavailableError: its key is not known here, and the database is out of reach.
        """
        claims = await self._claims(token)
        try:
            return IdTokenHint(claims["aud"][0], claims["sub"], claims["sid"])
        except (KeyError, IndexError, TypeError) as error:
            raise InvalidTokenError(type(error).__name__) from error

    async def _check(self, token: str) -> Bearer:
        claims = await self._claims(token)
        try:
            return Bearer(
                grant_id=claims["grant_id"],
                family_id=claims["sid"],
                app_id=claims["aud"][0],
                provider_id=claims["connectorId"],
                products=frozenset(map(Product, claims["products"])),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise InvalidTokenError(type(error).__name__) from error

    async def _claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that we signed, whatever its times say."""
        if len(token) > _MAX_BYTES or not token.isascii():
            raise InvalidTokenError("not a JWT of ours")
        try:
            header = jws.extract_compact(token.encode()).headers()
            # Exactly what `sign` writes: no jku, x5u or jwk that would name another's key, no crit
            # that would change what the rest means (RFC 8725 3.10).
            if set(header) != _HEADER or header["typ"] != "JWT":
                raise InvalidTokenError("a header that is not ours")
            key = await self._key(header["kid"])
            # Each key has one algorithm, and the header does not choose (RFC 8725 3.1).
            if header["alg"] != key.algorithm:
                raise InvalidTokenError("another algorithm")
            claims = jwt.decode(
                token, key.public, algorithms=[key.algorithm], registry=REGISTRY
            ).claims
            if claims["iss"] != self._issuer:
                raise InvalidTokenError("another issuer's")
            return claims
        except (JoseError, KeyError, IndexError, TypeError, ValueError) as error:
            raise InvalidTokenError(type(error).__name__) from error

    async def _key(self, kid: object) -> SigningKey:
        key = self._keys.ring.verifying(kid)
        if key is None:
            # Another replica may have made it within the last second.
            await self._keys.refresh()
            key = self._keys.ring.verifying(kid)
        if key is None:
            raise InvalidTokenError("unknown key")
        return key
