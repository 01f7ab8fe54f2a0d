"""The provider leg: sign-in address, code exchange, refresh, revocation."""

import base64
import contextlib
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from easement.connectors.errors import (
    BankMalformedError,
    BankTimeoutError,
    BankUnavailableError,
    ClientRefusedError,
    GrantRefusedError,
    NothingDoneError,
)
from easement.connectors.fdx_v5 import id_token, oauth

SIGN_IN = {
    "redirect_uri": "https://network.example/callback/mikomo",
    "state": "s1",
    "nonce": "n1",
    "code_verifier": "v" * 43,
}
CODE = {
    "code": "c1",
    "redirect_uri": SIGN_IN["redirect_uri"],
    "nonce": "n1",
    "code_verifier": "v" * 43,
}


async def test_the_sign_in_address_carries_the_request(connector: Any) -> None:
    url = urlsplit(await connector.authorization_url(**SIGN_IN))
    assert (url.scheme, url.netloc, url.path) == ("https", "bank.example", "/authorize")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")
    assert parse_qs(url.query, strict_parsing=True) == {
        "theme": ["dark"],
        "response_type": ["code"],
        "client_id": ["easement"],
        "redirect_uri": [SIGN_IN["redirect_uri"]],
        "scope": ["openid offline_access accounts"],
        "state": ["s1"],
        "nonce": ["n1"],
        "code_challenge": [challenge],
        "code_challenge_method": ["S256"],
    }


@pytest.mark.parametrize("kind", ["reset", "500", "404", "redirect", "html", "broken", "no keys"])
async def test_a_bank_that_is_out_is_noticed_before_the_consumer_leaves(
    bank: Any, connector: Any, make_answer: Any, kind: str
) -> None:
    script = {
        "reset": b"reset",
        "500": make_answer(500),
        "404": make_answer(404, {"code": 404}),
        "redirect": make_answer(302, headers={"Location": bank.url + "/elsewhere"}),
        "html": make_answer(200, b"<html>", "text/html"),
        "broken": make_answer(200, b'{"keys": ['),
        "no keys": make_answer(200, {"keys": []}),
    }[kind]
    bank.on("/jwks", script)
    with pytest.raises(BankUnavailableError):
        await connector.authorization_url(**SIGN_IN)
    assert bank.to("/elsewhere") == []


async def test_a_bank_that_does_not_answer_in_time_is_noticed_too(
    bank: Any, connector: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_token, "_TIMEOUT_S", 0.05)
    bank.on("/jwks", b"hang")
    with pytest.raises(BankTimeoutError):
        await connector.authorization_url(**SIGN_IN)


async def test_a_code_is_exchanged_for_tokens_and_the_login(bank: Any, connector: Any) -> None:
    bank.on("/token", bank.tokens())
    tokens, login = await connector.exchange(**CODE)
    assert (tokens.access_token, tokens.refresh_token) == ("at1", "rt1")
    assert tokens.lifetime == timedelta(minutes=15)
    assert (login.subject, login.name, login.email) == (
        "mikomo_1",
        "Mikomo One",
        "one@example.com",
    )
    [request] = bank.to("/token")
    assert request.form == {
        "grant_type": "authorization_code",
        "code": "c1",
        "redirect_uri": SIGN_IN["redirect_uri"],
        "code_verifier": "v" * 43,
    }
    basic = base64.b64decode(request.headers["authorization"].removeprefix("Basic "))
    assert basic == b"easement:s%3Aecret%2F%C3%BC"


async def test_name_and_email_may_be_missing(bank: Any, connector: Any) -> None:
    bank.on("/token", bank.tokens(bank.id_token(name=None, email=7)))
    _, login = await connector.exchange(**CODE)
    assert (login.name, login.email) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "someone"},
        {"aud": []},
        {"aud": None},
        {"aud": ["easement", "someone"]},
        {"aud": ["easement", "someone"], "azp": "someone"},
        {"nonce": "n2"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
)
async def test_an_id_token_with_a_wrong_claim_is_refused(
    bank: Any, connector: Any, changes: dict[str, Any]
) -> None:
    bank.on("/token", bank.tokens(bank.id_token(**changes)))
    with pytest.raises(BankMalformedError):
        await connector.exchange(**CODE)


async def test_several_audiences_are_fine_when_issued_to_the_network(
    bank: Any, connector: Any
) -> None:
    bank.on("/token", bank.tokens(bank.id_token(aud=["x", "easement"], azp="easement")))
    _, login = await connector.exchange(**CODE)
    assert login.subject == "mikomo_1"


@pytest.mark.parametrize(
    "kind", ["altered", "none", "confused", "foreign", "no jwt", "empty", "two parts"]
)
async def test_an_id_token_that_the_bank_did_not_sign_is_refused(
    bank: Any, connector: Any, make_key: Any, kind: str
) -> None:
    head, payload, signature = bank.id_token().split(".")

    def b64(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    def encoded(value: Any) -> str:
        return b64(json.dumps(value).encode())

    # The bank's public key as a shared secret (RFC 8725 2.1). By hand: the library refuses to.
    confused = f"{encoded({'alg': 'HS256', 'kid': 'k1'})}.{payload}"
    mac = hmac.digest(bank.key.as_pem(private=False), confused.encode(), "sha256")
    token = {
        "altered": f"{head}.{encoded(bank.claims(sub='mikomo_2'))}.{signature}",
        "none": f"{encoded({'alg': 'none', 'kid': 'k1'})}.{payload}.",
        "confused": f"{confused}.{b64(mac)}",
        "foreign": bank.id_token(key=make_key("k1")),
        "no jwt": "opaque",
        "empty": " ",
        "two parts": f"{head}.{payload}",
    }[kind]
    bank.on("/token", bank.tokens(token))
    with pytest.raises(BankMalformedError):
        await connector.exchange(**CODE)


async def test_keys_are_kept_and_fetched_again_once_for_an_unknown_kid(
    bank: Any, connector: Any, make_key: Any
) -> None:
    bank.on("/token", bank.tokens())
    await connector.exchange(**CODE)
    await connector.exchange(**CODE)
    assert len(bank.to("/jwks")) == 1
    rotated = make_key("k2")
    bank.publish(bank.key, rotated)
    bank.on("/token", bank.tokens(bank.id_token(key=rotated)))
    await connector.exchange(**CODE)
    assert len(bank.to("/jwks")) == 2
    bank.on("/token", bank.tokens(bank.id_token(key=make_key("k3"))))
    with pytest.raises(BankMalformedError):
        await connector.exchange(**CODE)
    assert len(bank.to("/jwks")) == 3


async def test_keys_that_are_not_for_signatures_are_not_used(
    bank: Any, connector: Any, make_answer: Any, make_key: Any
) -> None:
    other = make_key("k2")
    keys = [
        {**other.as_dict(private=False), "use": "enc"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k4"},
        {"kty": "future", "kid": "k5"},
        bank.key.as_dict(private=False),
    ]
    bank.on("/jwks", make_answer(200, {"keys": keys}))
    bank.on("/token", bank.tokens(bank.id_token(key=other)))
    with pytest.raises(BankMalformedError):
        await connector.exchange(**CODE)
    bank.on("/token", bank.tokens())
    await connector.exchange(**CODE)


async def test_a_refresh_gives_the_next_tokens(bank: Any, connector: Any) -> None:
    bank.on("/token", bank.tokens(access_token="at2", refresh_token="rt2", id_token=None))
    tokens = await connector.refresh("rt1")
    assert (tokens.access_token, tokens.refresh_token) == ("at2", "rt2")
    [request] = bank.to("/token")
    assert request.form == {"grant_type": "refresh_token", "refresh_token": "rt1"}


async def test_a_bank_that_does_not_rotate_keeps_the_refresh_token(
    bank: Any, connector: Any
) -> None:
    bank.on("/token", bank.tokens(refresh_token=None))
    assert (await connector.refresh("rt1")).refresh_token == "rt1"


@pytest.mark.parametrize("given", [0, -5, 1e300])
async def test_any_lifetime_can_be_stored(bank: Any, connector: Any, given: float) -> None:
    bank.on("/token", bank.tokens(expires_in=given))
    tokens = await connector.refresh("rt1")
    assert tokens.lifetime is not None
    assert timedelta() <= tokens.lifetime <= timedelta(days=366)


async def test_a_bank_that_tells_no_lifetime_is_not_given_one(bank: Any, connector: Any) -> None:
    bank.on("/token", bank.tokens(expires_in=None))
    assert (await connector.refresh("rt1")).lifetime is None


async def test_invalid_grant_ends_the_permission(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on("/token", make_answer(400, {"error": "invalid_grant", "error_description": "gone"}))
    with pytest.raises(GrantRefusedError):
        await connector.refresh("rt1")
    with pytest.raises(GrantRefusedError):
        await connector.exchange(**CODE)


@pytest.mark.parametrize(
    ("status", "body", "means"),
    [
        (400, {"error": "invalid_request"}, ClientRefusedError),
        (400, {"error": "invalid_client"}, ClientRefusedError),
        (400, {"error": "invalid_scope"}, ClientRefusedError),
        (400, {"error": 7}, NothingDoneError),
        (400, b"invalid_grant", NothingDoneError),
        (400, b"", NothingDoneError),
        (401, {"error": "invalid_client"}, ClientRefusedError),
        (401, {"error": "invalid_grant"}, ClientRefusedError),
        (401, b"<html>", ClientRefusedError),
        (403, {"error": "unauthorized_client"}, ClientRefusedError),
        (403, b"<html>", NothingDoneError),
        (429, {"error": "slow_down"}, NothingDoneError),
        # Whoever stands before the bank says so after the bank may have acted.
        (500, {"error": "invalid_grant"}, BankUnavailableError),
        (502, b"<html>", BankUnavailableError),
        (503, b"", BankUnavailableError),
        (302, b"", BankUnavailableError),
    ],
)
async def test_any_other_refusal_ends_nothing_and_says_whose_matter_it_is(
    bank: Any, connector: Any, make_answer: Any, *, status: int, body: Any, means: type[Exception]
) -> None:
    bank.on("/token", make_answer(status, body))
    with pytest.raises(BankUnavailableError) as raised:
        await connector.refresh("rt1")
    assert raised.type is means


async def test_the_operator_is_called_once_until_the_bank_takes_the_network_again(
    bank: Any, connector: Any, make_answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    refused = make_answer(401, {"error": "invalid_client"})
    bank.on("/token", refused, refused, bank.tokens(), refused)
    for _ in range(4):
        with contextlib.suppress(ClientRefusedError):
            await connector.refresh("rt1")
    calls = [each for each in caplog.records if each.levelname == "ERROR"]
    assert len(calls) == 2
    assert "refuses the network as its client" in calls[0].getMessage()
    assert "rt1" not in caplog.text


async def test_a_bank_that_is_not_there_has_done_nothing(bank: Any, connector: Any) -> None:
    await bank.close()
    with pytest.raises(NothingDoneError):
        await connector.refresh("rt1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"access_token": "at',
        {"token_type": "bearer"},
        {"access_token": "", "token_type": "bearer"},
        {"access_token": "a", "token_type": "mac"},
        {"access_token": 1, "token_type": "bearer"},
        b'{"access_token": "\xff", "token_type": "bearer"}',
    ],
)
async def test_a_token_answer_that_breaks_the_protocol_is_malformed(
    bank: Any, connector: Any, make_answer: Any, body: Any
) -> None:
    bank.on("/token", make_answer(200, body))
    with pytest.raises(BankMalformedError):
        await connector.refresh("rt1")


async def test_tokens_that_are_not_json_or_lack_the_id_token_are_malformed(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on("/token", make_answer(200, b"access_token=a&token_type=bearer", "text/plain"))
    with pytest.raises(BankMalformedError):
        await connector.refresh("rt1")
    bank.on("/token", bank.tokens(id_token=None))
    bank.on("/token", make_answer(200, {"access_token": "a", "token_type": "bearer"}))
    with pytest.raises(BankMalformedError):
        await connector.exchange(**CODE)


async def test_broken_connections_at_the_token_endpoint_are_told_apart(
    bank: Any, connector: Any, make_answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.on("/token", b"reset")
    with pytest.raises(BankUnavailableError):
        await connector.refresh("rt1")
    bank.on("/token", make_answer(200, b"{", length=99))
    with pytest.raises(BankUnavailableError):
        await connector.refresh("rt1")
    bank.on("/token", make_answer(200, b" " * (300 * 1024)))
    with pytest.raises(BankMalformedError):
        await connector.refresh("rt1")
    monkeypatch.setattr(oauth, "_TIMEOUT_S", 0.05)
    bank.on("/token", b"hang")
    with pytest.raises(BankTimeoutError):
        await connector.refresh("rt1")


async def test_a_refresh_token_is_revoked(bank: Any, connector: Any, make_answer: Any) -> None:
    bank.on("/revoke", make_answer(200))
    await connector.revoke("rt1")
    [request] = bank.to("/revoke")
    assert request.form == {"token": "rt1", "token_type_hint": "refresh_token"}
    bank.on("/revoke", make_answer(503))
    with pytest.raises(BankUnavailableError):
        await connector.revoke("rt1")
