"""What a directory entry must say."""

import pytest

from easement.connectors import registry
from easement.connectors.errors import BankTimeoutError
from easement.connectors.fdx_v5.settings import CAPABILITIES, read_settings
from easement.connectors.model import CallContext
from easement.platform.clock import SystemClock
from easement.platform.http import TimedOutError, open_http_client

NEEDED = ("issuer", "api_url", "client_id", "scope")
SETTINGS = {
    "issuer": "https://bank.example",
    "authorization_endpoint": "https://bank.example/authorize",
    "token_endpoint": "https://bank.example/token",
    "jwks_uri": "https://bank.example/jwks",
    "api_url": "https://bank.example/fdx/v5/",
    "client_id": "easement",
    "scope": "openid",
}


def test_the_revocation_endpoint_may_be_left_out() -> None:
    assert read_settings(SETTINGS).revocation_endpoint is None
    assert read_settings({**SETTINGS, "revocation_endpoint": ""}).revocation_endpoint is None


def test_the_api_url_is_kept_without_its_slash() -> None:
    assert read_settings(SETTINGS).api_url == "https://bank.example/fdx/v5"


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_setting_is_named(name: str) -> None:
    for broken in (
        {key: value for key, value in SETTINGS.items() if key != name},
        {**SETTINGS, name: ""},
    ):
        with pytest.raises(ValueError, match=f"needs the setting '{name}'"):
            read_settings(broken)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(ValueError, match="no setting 'tokenendpoint'"):
        read_settings({**SETTINGS, "tokenendpoint": "https://bank.example"})


@pytest.mark.parametrize("value", ["bank.example", "ftp://bank.example", "/token", "http://"])
def test_an_address_must_be_an_absolute_url(value: str) -> None:
    with pytest.raises(ValueError, match="'token_endpoint' must be an absolute"):
        read_settings({**SETTINGS, "token_endpoint": value})


async def test_an_unknown_protocol_is_refused() -> None:
    async with open_http_client() as http:
        with pytest.raises(ValueError, match="unknown protocol 'smtp'; expected 'fdx_v5'"):
            registry.build("smtp", SETTINGS, "secret", http, SystemClock())


async def test_a_bank_without_revocation_is_not_asked_to_revoke() -> None:
    async with open_http_client() as http:
        connector = registry.build("fdx_v5", SETTINGS, "secret", http, SystemClock())
        await connector.revoke("rt1")


@pytest.mark.parametrize("lacking", ["customers", "contacts", "payment_networks"])
async def test_a_bank_has_no_capability_that_its_entry_leaves_out(lacking: str) -> None:
    words = " ".join(sorted(CAPABILITIES - {lacking}))
    async with open_http_client() as http:
        full = registry.build("fdx_v5", SETTINGS, "secret", http, SystemClock())
        less = registry.build(
            "fdx_v5", {**SETTINGS, "capabilities": words}, "secret", http, SystemClock()
        )
    assert getattr(full, lacking) is not None
    assert getattr(less, lacking) is None
    assert [name for name in CAPABILITIES if getattr(less, name) is None] == [lacking]


@pytest.mark.parametrize("timeout_s", [0.5, 60.0])
async def test_how_long_the_data_api_may_take_is_handed_down(timeout_s: float) -> None:
    asked: list[float] = []

    class Impatient:
        async def send(self, *_: object, timeout_s: float, **__: object) -> None:
            asked.append(timeout_s)
            raise TimedOutError

    connector = registry.build(
        *("fdx_v5", SETTINGS, "secret", Impatient(), SystemClock()),  # type: ignore[arg-type]
        data_timeout_s=timeout_s,
    )
    with pytest.raises(BankTimeoutError, match=f"{timeout_s:g} s"):
        await connector.accounts(CallContext("token", "id", "batch", {}), ["a1"])
    assert asked == [timeout_s]
