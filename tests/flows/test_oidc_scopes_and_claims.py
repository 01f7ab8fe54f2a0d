"""Modules of the OpenID Connect basic OP test plan on the id_token, scopes and claims."""

from typing import Any

import pytest
import requests

from tests.support.app import RecipientApp, Tokens
from tests.support.consumer import Consumer
from tests.support.forgery import unproven
from tests.support.jwk import verifies
from tests.support.oauth_app import OAuthApp

BOTH = pytest.mark.parametrize("kind", ["akoya", "oauth"])


@pytest.fixture
def any_app(kind: str, app: RecipientApp, oauth_app: OAuthApp) -> RecipientApp:
    return app if kind == "akoya" else oauth_app


def userinfo(app: RecipientApp, tokens: Tokens) -> dict[str, Any]:
    answer = requests.get(
        f"{app.network.url}/userinfo",
        headers={"authorization": f"Bearer {tokens['access_token']}"},
        timeout=30,
    )
    assert answer.status_code == 200
    claims: dict[str, Any] = answer.json()
    return claims


@BOTH
def test_an_id_token_is_signed_with_rs256_by_a_published_key(
    any_app: RecipientApp, consumer: Consumer
) -> None:
    id_token = any_app.link(consumer, "mikomo_5")["id_token"]
    header = unproven(id_token, 0)
    published = requests.get(f"{any_app.network.url}/.well-known/jwks.json", timeout=30).json()
    keys = {key["kid"]: key for key in published["keys"]}

    assert header["alg"] == "RS256"
    assert verifies(keys[header["kid"]], id_token)


@BOTH
@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("openid", {"sub"}),
        ("openid profile", {"sub", "name"}),
        ("openid email", {"sub", "email", "email_verified"}),
        ("openid address", {"sub"}),
        ("openid phone", {"sub"}),
        ("openid profile email address phone", {"sub", "name", "email", "email_verified"}),
        ("email openid", {"sub", "email", "email_verified"}),
    ],
)
def test_userinfo_tells_what_each_scope_stands_for(
    any_app: RecipientApp, consumer: Consumer, scope: str, told: set[str]
) -> None:
    tokens = any_app.link(consumer, "mikomo_7", scope=scope)

    claims = userinfo(any_app, tokens)
    assert set(claims) == told
    assert claims["sub"] == unproven(tokens["id_token"], 1)["sub"]


@BOTH
def test_a_claim_that_is_essential_does_not_stop_a_link_and_scope_alone_decides(
    any_app: RecipientApp, consumer: Consumer
) -> None:
    wanted = '{"userinfo":{"name":{"essential":true}}}'

    without = any_app.link(consumer, "mikomo_7", scope="openid", claims=wanted)
    having = any_app.link(consumer, "mikomo_7", scope="openid profile", claims=wanted)

    assert "name" not in userinfo(any_app, without)
    assert userinfo(any_app, having)["name"]


@BOTH
def test_parameters_may_come_in_any_order(any_app: RecipientApp, consumer: Consumer) -> None:
    url, _, query = any_app.auth_url().partition("?")
    backwards = "&".join(reversed(query.split("&")))

    page = consumer.consent(f"{url}?{backwards}", "mikomo_5")

    assert "code=" in consumer.approve(page)
