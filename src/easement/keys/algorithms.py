"""The JWS algorithms that id_tokens may be signed with, and how a key for each is made.

All are asymmetric: what a relying party checks a token with must not let it make one.
"""

import copy
from collections.abc import Callable
from typing import Any, Final

from joserfc.jwk import ECKey, Key, KeyParameters, OKPKey, RSAKey, import_key
from joserfc.jws import JWSRegistry

from easement.platform.ids import new_id

DEFAULT_ALGORITHM: Final = "RS256"
"""What OpenID Connect Core 15.1 requires everybody to understand."""

_RSA_BITS = 2048


def _rsa(parameters: KeyParameters) -> Key:
    return RSAKey.generate_key(_RSA_BITS, parameters)


def _p256(parameters: KeyParameters) -> Key:
    return ECKey.generate_key("P-256", parameters)


def _ed25519(parameters: KeyParameters) -> Key:
    return OKPKey.generate_key("Ed25519", parameters)


_GENERATORS: dict[str, Callable[[KeyParameters], Key]] = {
    DEFAULT_ALGORITHM: _rsa,
    "PS256": _rsa,
    "ES256": _p256,
    "EdDSA": _ed25519,
}

ALGORITHMS: Final = tuple(_GENERATORS)


def generate(algorithm: str) -> Key:
    """A new private key that names itself, its use and its one algorithm (RFC 8725 3.1).

    Takes up to half a second for RSA: run it beside the event loop.
    """
    return _GENERATORS[algorithm]({"kid": new_id("key"), "use": "sig", "alg": algorithm})


def key_of(jwk: Any) -> Key:
    """The key that a stored JWK says."""
    return import_key(jwk)


def _registry() -> JWSRegistry:
    registry = JWSRegistry(algorithms=ALGORITHMS)
    # RFC 9864 gives EdDSA with Ed25519 a name of its own, which relying parties do not know yet;
    # the library would warn of the old one at every use.
    registry.algorithms = {name: copy.copy(registry.algorithms[name]) for name in ALGORITHMS}
    registry.algorithms["EdDSA"].security_warning = None
    return registry


REGISTRY: Final = _registry()
"""Our algorithms and no others, whatever the library would know besides."""
