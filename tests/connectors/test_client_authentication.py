"""How the network proves itself at a bank, and what it pushes there before the browser leaves."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from easement.connectors import registry
from easement.connectors.errors import BankUnavailableError, ClientRefusedError
from easement.connectors.ports import Connector
from easement.keys import algorithms
from easement.platform.http import open_http_client
from tests.connectors.conftest import NOW, FixedClock
from tests.connectors.test_oauth import SIGN_IN

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
def connect(settings: dict[str, str]) -> Callable[..., Any]:
    """Opens a connector with further settings and client keys."""

    @asynccontextmanager
    async def opened(*keys: Any, **further: str) -> AsyncIterator[Connector]:
        async with open_http_client() as http:
            yield registry.build(
                *("fdx_v5", {**settings, **further}, "s:ecret/ü", http, FixedClock()),
                client_keys=[key.as_dict(private=True) for key in keys],
            )

    return opened


async def test_a_secret_is_sent_in_the_body_where_the_bank_wants_it_there(
    bank: Any, connect: Any
) -> None:
    bank.on("/token", bank.tokens())
    async with connect(token_endpoint_auth_method="client_secret_post") as connector:
        await connector.refresh("rt1")
    [request] = bank.to("/token")
    assert "authorization" not in request.headers
    assert request.form == {
        "grant_type": "refresh_token",
        "refresh_token": "rt1",
        "client_id": "easement",
        "client_secret": "s:ecret/ü",
    }


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS256", "EdDSA"])
async def test_an_assertion_is_for_this_bank_short_lived_and_used_once(
    bank: Any, connect: Any, algorithm: str
) -> None:
    bank.on("/token", bank.tokens())
    key = algorithms.generate(algorithm)
    method = {
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": algorithm,
    }
    async with connect(key, **method) as connector:
        await connector.refresh("rt1")
        await connector.refresh("rt1")
    forms = [request.form for request in bank.to("/token")]
    assert {form["client_assertion_type"] for form in forms} == {JWT_BEARER}
    assert "client_secret" not in forms[0]
    assert all("authorization" not in request.headers for request in bank.to("/token"))
    tokens = [
        jwt.decode(form["client_assertion"], KeySet([key]), registry=algorithms.REGISTRY)
        for form in forms
    ]
    assert {token.header["alg"] for token in tokens} == {algorithm}
    assert len({token.claims.pop("jti") for token in tokens}) == 2
    now = int(NOW.timestamp())
    assert tokens[0].claims == {
        "iss": "easement",
        "sub": "easement",
        "aud": bank.url,
        "iat": now,
        "exp": now + 60,
    }


async def test_the_first_of_several_keys_signs(bank: Any, connect: Any) -> None:
    bank.on("/token", bank.tokens())
    new, old = algorithms.generate("ES256"), algorithms.generate("ES256")
    async with connect(new, old, token_endpoint_auth_method="private_key_jwt") as connector:
        await connector.refresh("rt1")
    assertion = bank.to("/token")[0].form["client_assertion"]
    assert jwt.decode(assertion, KeySet([new]), algorithms=["ES256"]).header["kid"] == new.kid


async def test_a_method_that_lacks_what_it_needs_is_refused_with_words(connect: Any) -> None:
    with pytest.raises(ValueError, match="needs a client key for ES256"):
        async with connect(token_endpoint_auth_method="private_key_jwt"):
            pass
    with pytest.raises(ValueError, match="needs the setting 'client_certificate'"):
        async with connect(token_endpoint_auth_method="tls_client_auth"):
            pass
    with pytest.raises(ValueError, match="must be one of client_secret_basic, "):
        async with connect(token_endpoint_auth_method="none"):
            pass


@pytest.fixture
def pushing(bank: Any, settings: dict[str, str]) -> dict[str, str]:
    return {
        "pushed_authorization_requests": "always",
        "pushed_authorization_request_endpoint": bank.url + "/par",
    }


async def test_a_pushed_request_leaves_the_browser_a_reference_only(
    bank: Any, connect: Any, make_answer: Any, pushing: dict[str, str]
) -> None:
    bank.on("/par", make_answer(201, {"request_uri": "urn:x:1", "expires_in": 60}))
    async with connect(**pushing) as connector:
        url = urlsplit(await connector.authorization_url(**SIGN_IN))
    assert parse_qs(url.query, strict_parsing=True) == {
        "theme": ["dark"],
        "client_id": ["easement"],
        "request_uri": ["urn:x:1"],
    }
    [request] = bank.to("/par")
    assert request.headers["authorization"].startswith("Basic ")
    assert request.form["code_challenge_method"] == "S256"
    assert {"state": "s1", "nonce": "n1", "response_type": "code"}.items() <= request.form.items()


@pytest.mark.parametrize(
    ("status", "body", "means"),
    [
        (401, {"error": "invalid_client"}, ClientRefusedError),
        (400, {"error": "invalid_request"}, ClientRefusedError),
        (400, {"error": "invalid_grant"}, BankUnavailableError),
        (201, {"expires_in": 60}, BankUnavailableError),
        (201, b"<html>", BankUnavailableError),
        (503, b"", BankUnavailableError),
    ],
)
async def test_a_request_that_cannot_be_pushed_keeps_the_consumer_here(
    bank: Any,
    connect: Any,
    make_answer: Any,
    *,
    pushing: dict[str, str],
    status: int,
    body: Any,
    means: type[Exception],
) -> None:
    bank.on("/par", make_answer(status, body))
    async with connect(**pushing) as connector:
        with pytest.raises(BankUnavailableError) as raised:
            await connector.authorization_url(**SIGN_IN)
    assert raised.type is means


async def test_an_answer_is_the_banks_by_its_issuer(connect: Any, bank: Any) -> None:
    async with connect() as connector:
        assert await connector.is_issuer(bank.url)
        assert await connector.is_issuer(None)
        assert not await connector.is_issuer(bank.url + "/")
    async with connect(authorization_response_iss="required") as connector:
        assert not await connector.is_issuer(None)
