"""How the network shows a bank's OAuth endpoints who it is (RFC 6749 2.3, RFC 7523, RFC 8705)."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from joserfc import jwt

from easement.connectors.fdx_v5.settings import Settings
from easement.keys.algorithms import REGISTRY, key_of
from easement.platform.clock import Clock
from easement.platform.ids import new_secret

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Long enough for clocks that differ, short enough that a leaked one is of little use.
_ASSERTION_LIFETIME_S = 60


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request carries besides its own fields."""

    headers: Mapping[str, str]
    form: Mapping[str, str]


ProveClient = Callable[[], Proof]
"""Makes the proof of one request: an assertion is used once."""


def client_authentication(
    settings: Settings,
    client_secret: str,
    client_keys: Sequence[Mapping[str, Any]],
    clock: Clock,
) -> ProveClient:
    """The settings' method. `client_keys` are private JWKs, of which the first signs.

    Raises:
        ValueError: private_key_jwt without a key for its algorithm.
    """
    client_id = settings.client_id
    match settings.token_endpoint_auth_method:
        case "private_key_jwt":
            return _assertions(settings, client_keys, clock)
        case "tls_client_auth":
            # RFC 8705 2: the certificate is the proof; the id says whose.
            proof = Proof({}, {"client_id": client_id})
        case "client_secret_post":
            proof = Proof({}, {"client_id": client_id, "client_secret": client_secret})
        case _:
            # RFC 6749 2.3.1: both parts are form-encoded before they are joined.
            pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
            basic = base64.b64encode(pair.encode()).decode()
            proof = Proof({"Authorization": f"Basic {basic}"}, {})
    return lambda: proof


def _assertions(
    settings: Settings, client_keys: Sequence[Mapping[str, Any]], clock: Clock
) -> ProveClient:
    algorithm = settings.token_endpoint_auth_signing_alg
    jwk = next((each for each in client_keys if each.get("alg") == algorithm), None)
    if jwk is None:
        message = f"private_key_jwt needs a client key for {algorithm}, and there is none"
        raise ValueError(message)
    key = key_of(jwk)

    def prove() -> Proof:
        now = int(clock.now().timestamp())
        claims = {
            "iss": settings.client_id,
            "sub": settings.client_id,
            # The issuer, and nothing else: an assertion for one endpoint's URL could be replayed
            # by a server that passes that URL off as its own.
            "aud": settings.issuer,
            "jti": new_secret(),
            "iat": now,
            "exp": now + _ASSERTION_LIFETIME_S,
        }
        header = {"alg": algorithm, "kid": jwk["kid"], "typ": "JWT"}
        assertion = jwt.encode(header, claims, key, registry=REGISTRY)
        return Proof(
            {},
            {
                "client_id": settings.client_id,
                "client_assertion_type": _ASSERTION_TYPE,
                "client_assertion": assertion,
            },
        )

    return prove
