"""The key that signs id_tokens: RSA, made once, kept in the database."""

from functools import cached_property

from joserfc import jwt
from joserfc.jwk import RSAKey

from mikomo.store.database import Database

_ALGORITHM = "RS256"
_BITS = 2048


class SigningKey:
    """Signs claims and publishes the public half."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @cached_property
    def _key(self) -> RSAKey:
        # Made at first use and not at start: generating takes longer than all of the start.
        pem = self._database.secret("signing key", _new_pem)
        return RSAKey.import_key(pem)

    def sign(self, claims: dict[str, str | int]) -> str:
        """A compact JWS of the claims."""
        header = {"alg": _ALGORITHM, "typ": "JWT", "kid": self._key.thumbprint()}
        return jwt.encode(header, dict(claims), self._key)

    def public_jwks(self) -> dict[str, list[dict[str, str | list[str]]]]:
        """The JWK Set (RFC 7517) with the public key."""
        public = dict(self._key.as_dict(private=False))
        public |= {"use": "sig", "alg": _ALGORITHM, "kid": self._key.thumbprint()}
        return {"keys": [public]}


def _new_pem() -> str:
    return RSAKey.generate_key(_BITS).as_pem(private=True).decode()
