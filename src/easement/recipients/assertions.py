"""Client assertions: private_key_jwt (RFC 7523 3, OIDC Core 9, FAPI 2.0 Security Profile 5.3.2).

The audience is the issuer, as a text and alone. The URL of an endpoint, or a list with the issuer
in it, is refused: an app that could be talked into naming several audiences would hand one
authorization server an assertion that another accepts.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError

from easement.keys.algorithms import REGISTRY
from easement.platform.clock import Clock
from easement.platform.db import Database
from easement.recipients import store
from easement.recipients.jwks import ASSERTION_ALGORITHMS, key_for
from easement.recipients.model import App

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_LONGEST = 4096
_LIFETIME = timedelta(minutes=5)
# FAPI 2.0: iat and nbf up to 10 s ahead must be taken, more than 60 s ahead must not.
_SKEW = timedelta(seconds=30)
_TYPES = {"jwt", "client-authentication+jwt"}
# A key, or where to get one, must not come with what it is to prove.
_FOREIGN = {"jku", "jwk", "x5u", "x5c", "crit"}


class ClientAssertions:
    """Checks assertions made for this `issuer`, each good for one use over all replicas.

    `clock` tells the true time: apps date by it, wherever a sandbox's calendar stands.
    """

    def __init__(self, db: Database, issuer: str, clock: Clock) -> None:
        self._db = db
        self._issuer = issuer
        self._clock = clock

    @staticmethod
    def subject(assertion: str) -> str | None:
        """The client_id that an assertion claims, unproven."""
        if len(assertion) > _LONGEST:
            return None
        try:
            subject = json.loads(_compact(assertion).payload)["sub"]
            subject.encode()  # JSON can spell half a character, which no database takes
        except (JoseError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None
        return str(subject)

    async def accept(self, app: App, assertion: str) -> bool:
        """Whether it is the app's own, in time, and used for the first time; then it is used."""
        claims = None if app.jwks is None else _claims(app.jwks, assertion)
        if claims is None:
            return False
        now = self._clock.now().timestamp()
        jti, expires = claims.get("jti"), _number(claims.get("exp"))
        if (
            claims.get("iss") != app.id
            or claims.get("sub") != app.id
            or claims.get("aud") != self._issuer
            or not isinstance(jti, str)
            or not jti
            # Written so that NaN fails too.
            or expires is None
            or not now < expires <= now + (_LIFETIME + _SKEW).total_seconds()
            or not all(
                _is_past(claims[name], now + _SKEW.total_seconds())
                for name in ("iat", "nbf")
                if name in claims
            )
        ):
            return False
        jti_hash = hashlib.sha256(jti.encode(errors="surrogatepass")).hexdigest()
        async with self._db.transaction() as tx:
            return await store.use_assertion(
                tx, app.id, jti_hash, datetime.fromtimestamp(expires, UTC)
            )

    async def forget_expired(self) -> None:
        """Job: delete what would be refused by its date."""
        async with self._db.transaction() as tx:
            await store.delete_expired_assertions(tx, self._clock.now() - _SKEW)


def _compact(assertion: str) -> jws.CompactSignature:
    return jws.extract_compact(assertion.encode("ascii"), registry=REGISTRY)


def _claims(jwks: Mapping[str, Any], assertion: str) -> dict[str, Any] | None:
    """The claims under a good signature by one of the app's keys."""
    if len(assertion) > _LONGEST:
        return None
    try:
        header = _compact(assertion).headers()
        algorithm, kind = header.get("alg"), header.get("typ", "JWT")
        if (
            algorithm not in ASSERTION_ALGORITHMS
            or _FOREIGN & header.keys()
            or not isinstance(kind, str)
            or kind.lower() not in _TYPES
        ):
            return None
        key = key_for(jwks, header.get("kid"), algorithm)
        return None if key is None else jwt.decode(assertion, key, registry=REGISTRY).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        return None


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_past(value: object, latest: float) -> bool:
    number = _number(value)
    return number is not None and number <= latest
