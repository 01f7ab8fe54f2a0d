"""id_tokens: signed at the token endpoint, checked at every product call."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from easement.keys.model import KeyRing
from easement.oauth.id_token import at_hash
from easement.platform.clock import Clock
from easement.platform.ids import new_id
from easement.products.model import Product
from easement.tokens.errors import InvalidTokenError
from easement.tokens.model import Bearer

_MAX_BYTES = 16 * 1024
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


class IdTokens:
    """Signs and checks id_tokens of one issuer (OIDC Core 2)."""

    def __init__(self, issuer: str, keys: KeyRing, clock: Clock) -> None:
        self._issuer = issuer
        self._keys = keys
        self._clock = clock
        self._checked: dict[bytes, Bearer] = {}

    def sign(self, about: IdTokenSubject, access_token: str, lifetime: timedelta) -> str:
        """A JWT with the documented claims, valid for `lifetime`."""
        now = int(self._clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": about.subject,
            "aud": [about.app_id],
            "exp": now + int(lifetime.total_seconds()),
            "iat": now,
            "auth_time": int(about.auth_time.timestamp()),
            "at_hash": at_hash(access_token),
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
        key = self._keys.signing
        header = {"alg": key.algorithm, "kid": key.kid, "typ": "JWT"}
        return jwt.encode(header, claims, key.key, algorithms=[key.algorithm])

    def bearer(self, token: str) -> Bearer:
        """What a presented id_token says, its signature checked once and remembered.

        Raises:
            InvalidTokenError: not one of ours, altered, expired, or absurdly large.
        """
        # By digest: what strangers send must not fill the memory.
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        bearer = self._checked.get(digest)
        if bearer is None:
            bearer = self._check(token)
            if len(self._checked) >= _REMEMBERED:
                del self._checked[next(iter(self._checked))]
            self._checked[digest] = bearer
        if self._clock.now() >= bearer.expires_at:
            self._checked.pop(digest, None)
            raise InvalidTokenError("expired")
        return bearer

    def _check(self, token: str) -> Bearer:
        if len(token) > _MAX_BYTES or not token.isascii():
            raise InvalidTokenError("not a JWT of ours")
        try:
            header = jws.extract_compact(token.encode()).headers()
            # The key is chosen by our own kid; the header's jku, x5u and jwk are never followed,
            # and alg must be the one this key was made for (RFC 8725 3.1).
            kid = header.get("kid")
            key = next((key for key in self._keys.published.keys if key.kid == kid), None)
            if key is None or header.get("alg") != key.as_dict().get("alg"):
                raise InvalidTokenError("unknown key")
            claims = jwt.decode(token, key, algorithms=[str(header["alg"])]).claims
            if claims["iss"] != self._issuer:
                raise InvalidTokenError("another issuer's")
            return Bearer(
                grant_id=claims["grant_id"],
                family_id=claims["sid"],
                app_id=claims["aud"][0],
                provider_id=claims["connectorId"],
                products=frozenset(map(Product, claims["products"])),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (JoseError, KeyError, IndexError, TypeError, ValueError) as error:
            raise InvalidTokenError(type(error).__name__) from error
