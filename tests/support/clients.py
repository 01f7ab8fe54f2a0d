"""Apps and service credentials made beside a running network, as an operator makes them."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import uuid4

import requests
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from easement.main.clients import ClientAdministration, open_client_administration
from easement.main.sandbox_credentials import AppCredentials
from easement.products.model import Product
from easement.recipients.model import App, Profile, SubscriptionStatus
from tests.support.app import RecipientApp
from tests.support.network import HTTPS_CALLBACK, RunningNetwork

T = TypeVar("T")

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def administer(network: RunningNetwork, do: Callable[[ClientAdministration], Awaitable[T]]) -> T:
    """Run `do` on the network's database, beside the network."""

    async def run() -> T:
        async with open_client_administration(network.settings) as administration:
            return await do(administration)

    return asyncio.run(run())


def registered(network: RunningNetwork, **fields: Any) -> RecipientApp:
    """A new app of a company of its own, with a secret unless it is given `jwks`."""
    blank = App(
        id="",
        name=f"App {uuid4()}",
        company_id="",
        company_name="",
        logo_url=None,
        redirect_uris=frozenset({HTTPS_CALLBACK}),
        products=frozenset(Product),
        subscriptions={"mikomo": SubscriptionStatus.ACTIVE},
    )
    app, secret = administer(
        network, lambda clients: clients.create_app(f"Company {uuid4()}", replace(blank, **fields))
    )
    return RecipientApp(network, AppCredentials(app.id, secret or "", [HTTPS_CALLBACK]))


@dataclass(frozen=True)
class KeyedApp:
    """An app that authenticates by private_key_jwt."""

    network: RunningNetwork
    id: str
    key: Key = field(repr=False)
    algorithm: str

    @classmethod
    def registered(
        cls,
        network: RunningNetwork,
        algorithm: str = "ES256",
        profile: Profile = Profile.OAUTH,
    ) -> "KeyedApp":
        """A new app with one new key."""
        key = new_key(algorithm)
        app = registered(network, jwks={"keys": [public(key)]}, profile=profile)
        return cls(network, app.credentials.client_id, key, algorithm)

    def assertion(
        self, key: Key | None = None, header: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        """A fresh assertion; a claim or header member that is None is left out."""
        now = int(time.time())
        said = {
            "iss": self.id,
            "sub": self.id,
            "aud": self.network.issuer,
            "jti": str(uuid4()),
            "iat": now,
            "exp": now + 60,
            **claims,
        }
        signer = key or self.key
        members = {"alg": self.algorithm, "kid": signer.kid, "typ": "JWT", **(header or {})}
        return signed(_present(members), _present(said), signer)

    def post(self, path: str = "/token", **form: str | None) -> requests.Response:
        """Post a form with a fresh assertion; what is None is left out."""
        fields = {
            "client_assertion": self.assertion() if "client_assertion" not in form else None,
            "client_assertion_type": ASSERTION_TYPE,
            **form,
        }
        return requests.post(self.network.url + path, data=_present(fields), timeout=60)


def new_key(algorithm: str) -> Key:
    """A private key for the algorithm."""
    parameters = {"kid": str(uuid4())}
    if algorithm == "EdDSA":
        return OKPKey.generate_key("Ed25519", parameters)
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", parameters)
    return RSAKey.generate_key(2048, parameters)


def public(key: Key) -> dict[str, Any]:
    """What an app hands in of its key."""
    return dict(key.as_dict(private=False))


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """A JWS, whatever its header says: an attacker's library checks nothing."""
    message = f"{_segment(header)}.{_segment(claims)}"
    if header.get("alg") == "none":
        return f"{message}."
    if header.get("alg") == "HS256":
        # The public key taken for a shared secret (RFC 8725 2.1).
        signature = hmac.digest(key.as_pem(private=False), message.encode(), "sha256")
    else:
        signature = JWSRegistry.algorithms[header["alg"]].sign(message.encode(), key)
    return f"{message}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _segment(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
