"""id_tokens of each algorithm, checked by other means than ours; forged and oversized ones."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from easement.keys.algorithms import ALGORITHMS, REGISTRY
from easement.keys.errors import NoSigningKeyError
from easement.keys.rotation import Rotation
from easement.keys.service import Keys, open_keys
from easement.keys.settings import KeySettings
from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock
from easement.platform.db import Database
from easement.products.model import Product
from easement.tokens.errors import InvalidTokenError
from easement.tokens.id_tokens import IdTokens, IdTokenSubject
from tests.domain.conftest import MASTER
from tests.support.jwk import verifies

ISSUER = "https://data.example.test"
DAY = timedelta(days=1)
SETTINGS = KeySettings()


class Signer:
    """The id_tokens of a network."""

    def __init__(self, keys: Keys, clock: MovableClock) -> None:
        self.keys = keys
        self.clock = clock
        self.tokens = IdTokens(ISSUER, keys, clock)
        self.about = IdTokenSubject(
            subject="sub",
            app_id="app",
            company_id="company",
            provider_id="bank",
            grant_id="grant",
            family_id="family",
            name="Ada",
            email=None,
            email_verified=False,
            products=list(Product),
            account_ids=["1", "2"],
            auth_time=clock.now(),
            nonce=None,
        )

    async def token(self, algorithm: str = "RS256", lifetime: timedelta = DAY) -> str:
        await self.tokens.prepare(lifetime, algorithm)
        return self.tokens.sign(self.about, "an access token", lifetime, algorithm)

    def private(self, algorithm: str) -> Key:
        key = self.keys.ring.signing(algorithm).private
        assert key is not None
        return key


@pytest.fixture
async def signer(db: Database) -> Signer:
    clock = MovableClock()
    return Signer(await open_keys(db, ChangeFeed(db), MASTER, clock, SETTINGS), clock)


def encoded(value: bytes | dict[str, Any]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(part: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return content


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_token_of_each_algorithm_is_proven_by_its_published_key(
    signer: Signer, algorithm: str
) -> None:
    token = await signer.token(algorithm)

    (jwk,) = [key for key in (await signer.tokens.jwks())["keys"] if key["alg"] == algorithm]
    header, claims = map(decoded, token.split(".")[:2])
    assert header == {"alg": algorithm, "kid": jwk["kid"], "typ": "JWT"}
    assert verifies(jwk, token)
    digest = hashlib.sha512 if algorithm == "EdDSA" else hashlib.sha256
    whole = digest(b"an access token").digest()
    assert claims["at_hash"] == encoded(whole[: len(whole) // 2])
    assert (await signer.tokens.bearer(token)).grant_id == "grant"


async def test_no_published_key_has_a_private_part(signer: Signer) -> None:
    for algorithm in ALGORITHMS:
        await signer.token(algorithm)

    published = (await signer.tokens.jwks())["keys"]

    assert [key["alg"] for key in published] == list(ALGORITHMS)
    public = {"kty", "use", "alg", "kid", "n", "e", "crv", "x", "y"}
    assert all(set(key) <= public for key in published)


async def test_signing_wants_to_be_prepared(signer: Signer) -> None:
    with pytest.raises(NoSigningKeyError):
        signer.tokens.sign(signer.about, "x", DAY, "ES256")
    with pytest.raises(NoSigningKeyError):
        signer.tokens.sign(signer.about, "x", 2 * DAY)
    assert (await signer.tokens.bearer(await signer.token(lifetime=2 * DAY))).app_id == "app"


def the_other_rsa_scheme(signer: Signer, token: str) -> str:
    header, claims = map(decoded, token.split(".")[:2])
    return jwt.encode({**header, "alg": "RS256"}, claims, unbound(signer, "PS256"))


def unbound(signer: Signer, algorithm: str) -> RSAKey:
    """The same key without the algorithm that it is for."""
    jwk = signer.private(algorithm).as_dict(private=True)
    return RSAKey.import_key({name: jwk[name] for name in jwk if name not in {"alg", "use"}})


def no_algorithm(_: Signer, token: str) -> str:
    header, body, _signature = token.split(".")
    return f"{encoded({**decoded(header), 'alg': 'none'})}.{body}."


def public_key_as_secret(signer: Signer, token: str) -> str:
    header, body, _signature = token.split(".")
    signed = f"{encoded({**decoded(header), 'alg': 'HS256'})}.{body}"
    key = signer.private("PS256")
    assert isinstance(key, RSAKey)
    return f"{signed}.{encoded(hmac.digest(key.as_pem(private=False), signed.encode(), 'sha256'))}"


def another_kids_key(signer: Signer, token: str) -> str:
    header, claims = map(decoded, token.split(".")[:2])
    other = signer.keys.ring.signing("RS256").kid
    return jwt.encode({**header, "kid": other}, claims, unbound(signer, "PS256"), ["PS256"])


FORGERIES: list[Callable[[Signer, str], str]] = [
    the_other_rsa_scheme,
    no_algorithm,
    public_key_as_secret,
    another_kids_key,
]


@pytest.mark.parametrize("forge", FORGERIES)
async def test_the_header_does_not_choose_the_algorithm(
    signer: Signer, forge: Callable[[Signer, str], str]
) -> None:
    genuine = await signer.token("PS256")

    with pytest.raises(InvalidTokenError):
        await signer.tokens.bearer(forge(signer, genuine))

    assert await signer.tokens.bearer(genuine)


@pytest.mark.parametrize(
    "addition",
    [
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/cert.pem"},
        {"x5c": ["AA=="]},
        {"jwk": {"kty": "oct", "k": "AA"}},
        {"crit": ["exp"]},
        {"b64": False, "crit": ["b64"]},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"typ": "at+jwt"},
        {"typ": "logout+jwt"},
        {"typ": None},
        {"kid": None},
        {"kid": ["x"]},
    ],
    ids=str,
)
async def test_a_header_with_anything_else_is_refused_though_our_own_key_signed_it(
    signer: Signer, addition: dict[str, Any]
) -> None:
    genuine = await signer.token()
    header, body, _ = genuine.split(".")
    signed = f"{encoded({**decoded(header), **addition})}.{body}"
    raw = signer.private("RS256")
    assert isinstance(raw, RSAKey)
    signature = REGISTRY.get_alg("RS256").sign(signed.encode(), raw)

    with pytest.raises(InvalidTokenError):
        await signer.tokens.bearer(f"{signed}.{encoded(signature)}")


@pytest.mark.parametrize(
    "key",
    [
        RSAKey.generate_key(2048),
        ECKey.generate_key("P-256"),
        OKPKey.generate_key("Ed25519"),
    ],
    ids=lambda key: key.key_type,
)
async def test_a_strangers_key_in_the_header_proves_nothing(signer: Signer, key: Key) -> None:
    header, claims = map(decoded, (await signer.token()).split(".")[:2])
    algorithm = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}[key.key_type]
    public = key.as_dict(private=False)

    forged = jwt.encode({**header, "alg": algorithm, "jwk": public}, claims, key, registry=REGISTRY)
    with pytest.raises(InvalidTokenError):
        await signer.tokens.bearer(forged)


@pytest.mark.parametrize(
    "token",
    [
        "a" * 20_000,
        f"{encoded(b'[' * 12_000)}.e30.AA",
        f"{encoded(b'{' * 300)}.e30.AA",
        f"{encoded({'alg': 'RS256', 'kid': 'k' * 600, 'typ': 'JWT'})}.e30.AA",
        f"{encoded({f'h{i}': i for i in range(60)})}.e30.AA",
        f"{encoded(b'[[[[]]]]')}.e30.AA",
        "." * 1000,
        "\x00.\x00.\x00",
    ],
    ids=["large", "deep", "broken", "long kid", "many headers", "a list", "dots", "NUL"],
)
async def test_what_is_too_large_or_too_deep_is_refused(signer: Signer, token: str) -> None:
    with pytest.raises(InvalidTokenError):
        await signer.tokens.bearer(token)


async def test_a_token_from_another_replicas_new_key_counts_at_once(
    db: Database, signer: Signer
) -> None:
    other = Signer(
        await open_keys(db, ChangeFeed(db), MASTER, signer.clock, SETTINGS), signer.clock
    )

    token = await signer.token("EdDSA")

    assert other.keys.ring.verifying(signer.keys.ring.signing("EdDSA").kid) is None
    assert (await other.tokens.bearer(token)).grant_id == "grant"


async def test_unknown_kids_read_the_database_a_few_times_only(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from asyncio import gather

    from easement.keys import store

    real, reads = store.load_keys, []

    async def load_keys(tx: Any) -> Any:
        reads.append(tx)
        return await real(tx)

    monkeypatch.setattr(store, "load_keys", load_keys)
    header, body, signature = (await signer.token()).split(".")

    async def ask(number: int) -> None:
        stranger = encoded({**decoded(header), "kid": f"stranger-{number}"})
        with pytest.raises(InvalidTokenError):
            await signer.tokens.bearer(f"{stranger}.{body}.{signature}")

    await gather(*map(ask, range(200)))

    assert len(reads) == 1


async def test_what_a_withdrawn_key_signed_counts_no_more_though_it_was_checked_before(
    signer: Signer,
) -> None:
    leaked = await signer.token()
    assert await signer.tokens.bearer(leaked)
    rotation = Rotation(signer.keys, signer.clock, SETTINGS)
    old = signer.keys.ring.signing().kid
    await rotation.rotate("RS256", now=True)
    assert await signer.tokens.bearer(leaked)

    await rotation.withdraw(old)

    with pytest.raises(InvalidTokenError):
        await signer.tokens.bearer(leaked)
    assert await signer.tokens.bearer(await signer.token())
