"""The bank's signing keys and the check of its id_token (OpenID Connect Core 3.1.3.7)."""

import binascii
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from easement.connectors.errors import BankMalformedError, BankUnavailableError
from easement.connectors.fdx_v5.discovery import Discovery
from easement.connectors.fdx_v5.settings import Settings
from easement.connectors.fdx_v5.transport import is_json, send
from easement.connectors.model import BankLogin
from easement.platform.clock import Clock
from easement.platform.http import HttpClient

# Asymmetric only: with HS256 the bank's public key would serve as the secret (RFC 8725 3.1).
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_KEY_TYPES = {"RSA", "EC"}
_LEEWAY_S = 60
_TIMEOUT_S = 3.0
_MAX_BYTES = 256 * 1024
_MAX_SUBJECT = 255


class IdTokenVerifier:
    """Verifies id_tokens of one bank, keeping its published keys in memory."""

    def __init__(
        self, settings: Settings, discovery: Discovery, http: HttpClient, clock: Clock
    ) -> None:
        self._settings = settings
        self._discovery = discovery
        self._http = http
        self._clock = clock
        self._keys: KeySet | None = None

    async def fetch_keys(self) -> KeySet:
        """Fetch the bank's keys anew and keep them. Raises `BankError`."""
        answer = await send(
            self._http,
            "GET",
            (await self._discovery.endpoints()).jwks,
            headers={"Accept": "application/json"},
            timeout_s=_TIMEOUT_S,
            max_bytes=_MAX_BYTES,
        )
        if answer.status != 200:
            message = f"the key set answers {answer.status}, expected 200"
            raise BankUnavailableError(message)
        if not is_json(answer):
            message = "the key set is not JSON"
            raise BankMalformedError(message)
        self._keys = _read_keys(answer.body)
        return self._keys

    async def verify(self, id_token: str, nonce: str) -> BankLogin:
        """Who signed in. Keys are fetched again once when the token names an unknown one.

        Raises:
            BankMalformedError: signature, algorithm, issuer, audience, nonce or a date is wrong.
            BankUnavailableError, BankTimeoutError: the keys cannot be had.
        """
        keys = self._keys
        if keys is not None:
            try:
                return self._check(id_token, keys, nonce)
            except InvalidKeyIdError:
                pass  # the bank may have rotated its keys
        try:
            return self._check(id_token, await self.fetch_keys(), nonce)
        except InvalidKeyIdError:
            message = "the id_token names a key that the bank does not publish"
            raise BankMalformedError(message) from None

    def _check(self, id_token: str, keys: KeySet, nonce: str) -> BankLogin:
        client_id = self._settings.client_id
        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._settings.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(id_token, keys, algorithms=_ALGORITHMS).claims
            registry.validate(claims)
        except InvalidKeyIdError:
            raise
        except (JoseError, ValueError, TypeError, RecursionError, binascii.Error) as error:
            message = f"the id_token does not verify: {type(error).__name__}"
            raise BankMalformedError(message) from None
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
            message = "the id_token has several audiences and is not issued to the network"
            raise BankMalformedError(message)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _MAX_SUBJECT:
            message = f"the id_token's sub must be a text of 1 to {_MAX_SUBJECT} characters"
            raise BankMalformedError(message)
        return BankLogin(
            subject=subject,
            name=_text(claims, "name"),
            email=_text(claims, "email"),
            email_verified=claims.get("email_verified") is True,
        )


def _read_keys(body: bytes) -> KeySet:
    """The signature keys of a JWK Set; keys for encryption and shared secrets are left out."""
    try:
        members = msgspec.json.decode(body, type=dict[str, list[dict[str, Any]]])["keys"]
        usable = [
            key
            for key in members
            if key.get("kty") in _KEY_TYPES and key.get("use", "sig") == "sig"
        ]
        return KeySet.import_key_set({"keys": usable})
    except (
        *(msgspec.MsgspecError, JoseError),
        *(KeyError, ValueError, TypeError, RecursionError),
    ) as error:
        message = f"the key set cannot be read: {type(error).__name__}"
        raise BankMalformedError(message) from None


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None
