"""A bank's metadata: found, compared, kept, and overridden by the settings."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from easement.connectors.errors import BankMalformedError, BankUnavailableError
from easement.connectors.fdx_v5.discovery import Discovery, Endpoints
from easement.connectors.fdx_v5.settings import is_safe, read_settings, unencrypted
from easement.platform.http import HttpClient, Response, open_http_client
from tests.connectors.conftest import NOW

OIDC = "/.well-known/openid-configuration"
RFC_8414 = "/.well-known/oauth-authorization-server"


class MovableClock:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def discovery(bank: Any, clock: MovableClock) -> Callable[..., Any]:
    """Opens the discovery of a bank whose entry says its issuer alone, and what is given."""

    @asynccontextmanager
    async def opened(**settings: str) -> AsyncIterator[Discovery]:
        entry = {
            "issuer": bank.url,
            "api_url": bank.url + "/fdx",
            "client_id": "easement",
            "scope": "openid",
            **settings,
        }
        async with open_http_client() as http:
            yield Discovery(read_settings(entry), http, clock)

    return opened


def metadata(bank: Any, **changes: Any) -> dict[str, Any]:
    made = {
        "issuer": bank.url,
        "authorization_endpoint": bank.url + "/authorize",
        "token_endpoint": bank.url + "/token",
        "jwks_uri": bank.url + "/jwks",
        "revocation_endpoint": bank.url + "/revoke",
        "pushed_authorization_request_endpoint": bank.url + "/par",
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


async def test_the_issuer_alone_is_enough(bank: Any, discovery: Any, make_answer: Any) -> None:
    bank.on(OIDC, make_answer(200, metadata(bank)))
    async with discovery() as found:
        assert await found.endpoints() == Endpoints(
            authorization=bank.url + "/authorize",
            token=bank.url + "/token",
            jwks=bank.url + "/jwks",
            revocation=bank.url + "/revoke",
            pushed_authorization_request=None,
            pushes=False,
            sends_iss=False,
        )


async def test_a_bank_without_openid_metadata_is_asked_for_those_of_oauth(
    bank: Any, discovery: Any, make_answer: Any
) -> None:
    bank.url += "/tenant/7"
    bank.on("/tenant/7" + OIDC, make_answer(404))
    bank.on(RFC_8414 + "/tenant/7", make_answer(200, metadata(bank)))
    async with discovery() as found:
        assert (await found.endpoints()).token == bank.url + "/token"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issuer": "https://other.example"}, "of the issuer 'https://other.example'"),
        ({"issuer": "slash"}, "expected"),
        ({"token_endpoint": None}, "has no token_endpoint"),
        ({"token_endpoint": "http://bank.example/token"}, "token_endpoint must be an https URL"),
        ({"jwks_uri": "file:///etc/passwd"}, "jwks_uri must be an https URL"),
        ({"revocation_endpoint": "ftp://bank.example"}, "revocation_endpoint must be"),
        ({"authorization_endpoint": 7}, "cannot be read"),
    ],
)
async def test_metadata_that_cannot_be_trusted_are_not(
    bank: Any, discovery: Any, make_answer: Any, changes: dict[str, Any], words: str
) -> None:
    if changes.get("issuer") == "slash":
        changes = {"issuer": bank.url + "/"}
    bank.on(OIDC, make_answer(200, metadata(bank, **changes)))
    async with discovery() as found:
        with pytest.raises(BankMalformedError, match=words):
            await found.endpoints()


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "revocation_endpoint"])
async def test_a_bank_elsewhere_cannot_lead_us_to_this_machine(
    clock: MovableClock, name: str
) -> None:
    class Elsewhere:
        url = "https://bank.example"

        async def send(self, *_args: Any, **_named: Any) -> Response:
            told = metadata(self, **{name: "http://127.0.0.1:8081/token"})
            headers = {"content-type": "application/json"}
            return Response(200, headers, json.dumps(told).encode())

    entry = {
        "issuer": Elsewhere.url,
        "api_url": Elsewhere.url,
        "client_id": "easement",
        "scope": "openid",
    }
    found = Discovery(read_settings(entry), cast("HttpClient", Elsewhere()), clock)
    with pytest.raises(BankMalformedError, match=f"{name} must be an https URL"):
        await found.endpoints()


async def test_a_bank_without_any_metadata_is_unavailable(
    bank: Any, discovery: Any, make_answer: Any
) -> None:
    bank.on(OIDC, make_answer(404))
    bank.on(RFC_8414, make_answer(503))
    async with discovery() as found:
        with pytest.raises(BankUnavailableError, match="answers 503"):
            await found.endpoints()


async def test_metadata_are_kept_for_an_hour_and_longer_while_the_bank_is_out(
    bank: Any, discovery: Any, make_answer: Any, clock: MovableClock
) -> None:
    bank.on(OIDC, make_answer(200, metadata(bank)))
    async with discovery() as found:
        known = await found.endpoints()
        clock.moment += timedelta(minutes=59)
        assert await found.endpoints() == known
        assert len(bank.to(OIDC)) == 1
        bank.on(OIDC, make_answer(500))
        bank.on(RFC_8414, make_answer(500))
        clock.moment += timedelta(minutes=2)
        assert await found.endpoints() == known
        assert await found.endpoints() == known
        assert len(bank.to(OIDC)) == 2, "it is not asked again at once"
        bank.on(OIDC, make_answer(200, metadata(bank, token_endpoint=bank.url + "/new")))
        clock.moment += timedelta(minutes=2)
        assert (await found.endpoints()).token == bank.url + "/new"


async def test_what_the_settings_say_counts_more_than_the_metadata(
    bank: Any, discovery: Any, make_answer: Any
) -> None:
    bank.on(OIDC, make_answer(200, metadata(bank)))
    async with discovery(token_endpoint="https://elsewhere.example/token") as found:
        endpoints = await found.endpoints()
    assert endpoints.token == "https://elsewhere.example/token"
    assert endpoints.jwks == bank.url + "/jwks"


async def test_a_bank_that_the_settings_describe_in_full_is_not_asked(
    bank: Any, discovery: Any
) -> None:
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    async with discovery(**{name: f"https://bank.example/{name}" for name in names}) as found:
        assert (await found.endpoints()).revocation is None
        await found.look()
    assert bank.received == []


async def test_requests_are_pushed_where_the_bank_or_the_settings_want_it(
    bank: Any, discovery: Any, make_answer: Any
) -> None:
    bank.on(OIDC, make_answer(200, metadata(bank, require_pushed_authorization_requests=True)))
    async with discovery() as found:
        assert (await found.endpoints()).pushed_authorization_request == bank.url + "/par"
    bank.on(OIDC, make_answer(200, metadata(bank)))
    async with discovery(pushed_authorization_requests="always") as found:
        assert (await found.endpoints()).pushed_authorization_request == bank.url + "/par"
    without = metadata(bank, pushed_authorization_request_endpoint=None)
    bank.on(OIDC, make_answer(200, without))
    async with discovery(pushed_authorization_requests="always") as found:
        with pytest.raises(BankMalformedError, match="no pushed_authorization_request_endpoint"):
            await found.endpoints()


async def test_iss_is_required_where_the_bank_or_the_settings_promise_it(
    bank: Any, discovery: Any, make_answer: Any
) -> None:
    promised = {"authorization_response_iss_parameter_supported": True}
    bank.on(OIDC, make_answer(200, metadata(bank, **promised)))
    async with discovery() as found:
        assert (await found.endpoints()).sends_iss
    bank.on(OIDC, make_answer(200, metadata(bank)))
    async with discovery(authorization_response_iss="required") as found:
        assert (await found.endpoints()).sends_iss


async def test_a_client_with_a_certificate_goes_where_such_clients_go(
    bank: Any, discovery: Any, make_answer: Any
) -> None:
    aliases = {"token_endpoint": "https://mtls.bank.example/token"}
    bank.on(OIDC, make_answer(200, metadata(bank, mtls_endpoint_aliases=aliases)))
    async with discovery() as found:
        assert (await found.endpoints()).token == bank.url + "/token"
    async with discovery(client_certificate="/nowhere.pem") as found:
        assert (await found.endpoints()).token == "https://mtls.bank.example/token"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://bank.example", True),
        ("http://127.0.0.1:8081/token", True),
        ("http://[::1]/token", True),
        ("http://localhost:8081", True),
        ("http://bank.example", False),
        ("http://127.0.0.1.bank.example", False),
        ("http://localhost.bank.example", False),
        ("ftp://127.0.0.1", False),
        ("http://", False),
    ],
)
def test_tokens_travel_encrypted_or_stay_on_this_machine(url: str, safe: bool) -> None:
    assert is_safe(url) is safe
    assert unencrypted({"issuer": "https://bank.example", "token_endpoint": url}) == (
        None if safe else "token_endpoint"
    )
