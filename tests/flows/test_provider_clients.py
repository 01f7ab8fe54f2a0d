"""A consumer links a bank at which the network proves itself in another way than by Basic."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from easement.main import provider_entry
from easement.main.providers import open_administration
from tests.support.app import RecipientApp
from tests.support.bank import CLIENT_ID, CLIENT_SECRET, Bank
from tests.support.consumer import Consumer, Page, query_of
from tests.support.network import RunningNetwork
from tests.support.process import eventually

NewNetwork = Callable[..., RunningNetwork]
NewConsumer = Callable[[RunningNetwork], Consumer]


def connect(network: RunningNetwork, bank: Bank, **settings: str) -> None:
    """Describe the bank by its issuer alone, and what is said; wait until the network knows."""
    document = {
        "id": "mikomo",
        "display_name": "Mikomo",
        "protocol": "fdx_v5",
        "settings": {
            "issuer": bank.url,
            "api_url": f"{bank.url}/fdx/v5",
            "client_id": CLIENT_ID,
            "scope": "openid offline_access accounts customer",
            **settings,
        },
    }

    async def change() -> None:
        async with open_administration(network.settings) as administration:
            await provider_entry.connect(administration, document, CLIENT_SECRET)

    consumer = Consumer(network)
    url = RecipientApp(network, network.secrets.sandbox).auth_url()

    def asked_scope() -> str | None:
        return query_of(consumer.get(url).onward or "").get("scope")

    before = asked_scope()
    asyncio.run(change())
    eventually("the network to follow", lambda: asked_scope() != before)
    consumer.close()


def links_and_refreshes(network: RunningNetwork, bank: Bank, consumer: Consumer) -> None:
    app = RecipientApp(network, network.secrets.sandbox)
    tokens = app.link(consumer, "mikomo_5")
    assert app.get("balances", tokens["id_token"]).status_code == 200
    bank.expire_access_tokens()
    assert app.get("balances", tokens["id_token"]).status_code == 200
    assert app.revoke(tokens["refresh_token"]).status_code == 200
    eventually("the bank to be told", lambda: bank.refresh_tokens() == 0)


def test_a_bank_is_found_by_its_issuer_and_takes_a_secret_in_the_body(
    own_bank: Bank, new_network: NewNetwork, new_consumer: NewConsumer
) -> None:
    network = new_network(own_bank)
    connect(network, own_bank, token_endpoint_auth_method="client_secret_post")
    own_bank.change_client(token_endpoint_auth_method="client_secret_post")
    links_and_refreshes(network, own_bank, new_consumer(network))


def test_a_key_of_the_network_and_pushed_requests_link_a_bank_that_wants_both(
    own_bank: Bank, new_network: NewNetwork, new_consumer: NewConsumer
) -> None:
    network = new_network(own_bank)
    keys = f"{network.url}/providers/mikomo/jwks.json"
    assert requests.get(keys, timeout=30).status_code == 404

    connect(
        network,
        own_bank,
        token_endpoint_auth_method="private_key_jwt",
        pushed_authorization_requests="always",
    )
    published = requests.get(keys, timeout=30)
    assert published.headers["cache-control"] == "public, max-age=300"
    [key] = published.json()["keys"]
    assert key["alg"] == "ES256"
    assert not {"d", "p", "q", "k"} & key.keys(), "the private part stays here"
    own_bank.change_client(
        client_secret="",
        token_endpoint_auth_method="private_key_jwt",
        jwks=published.json(),
        require_pushed_authorization_requests=True,
    )

    links_and_refreshes(network, own_bank, new_consumer(network))


@pytest.mark.parametrize("rotates", [True, False])
def test_a_grant_ends_with_the_banks_refresh_token(
    own_bank: Bank, new_network: NewNetwork, *, rotates: bool
) -> None:
    own_bank.change_client(
        refresh_tokens={"policy": "rolling", "lifetime_s": 30 * 86_400, "rotates": rotates}
    )
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    policy = {"refresh_token_policy": "rolling", "refresh_token_lifetime_s": 30 * 86_400}

    async def set_policy() -> None:
        async with open_administration(network.settings) as administration:
            await administration.set_policy("mikomo", policy)

    asyncio.run(set_policy())
    tokens = app.mint("mikomo_5")
    for _ in range(2):
        network.clock.advance(timedelta(days=20))
        own_bank.expire_access_tokens()
        tokens = app.refresh(tokens["refresh_token"]).json()
        assert app.get("balances", tokens["id_token"]).status_code == 200
    network.clock.advance(timedelta(days=31))

    assert app.refresh(tokens["refresh_token"]).status_code == 400


def test_a_bank_that_does_not_know_the_network_leaves_every_consent_alone(
    own_bank: Bank, new_network: NewNetwork
) -> None:
    network = new_network(own_bank)
    app = RecipientApp(network, network.secrets.sandbox)
    tokens = app.mint("mikomo_5")
    own_bank.change_client(client_secret="another secret")
    own_bank.expire_access_tokens()

    for _ in range(2):
        answer = app.get("balances", tokens["id_token"])
        assert (answer.status_code, answer.json()["code"]) == (500, 501)

    own_bank.change_client(client_secret=CLIENT_SECRET)
    assert app.get("balances", tokens["id_token"]).status_code == 200


def test_a_bank_that_gives_no_refresh_token_is_good_until_its_access_token_ends(
    own_bank: Bank, new_network: NewNetwork
) -> None:
    network = new_network(own_bank)
    connect(network, own_bank, scope="openid accounts")
    app = RecipientApp(network, network.secrets.sandbox)
    tokens = app.mint("mikomo_5")
    assert app.get("balances", tokens["id_token"]).status_code == 200
    own_bank.expire_access_tokens()

    for _ in range(2):
        answer = app.get("balances", tokens["id_token"])
        assert (answer.status_code, answer.json()["code"]) == (404, 601)
    ended = f"SELECT end_reason FROM grants WHERE id = '{tokens['grant_id']}'"
    assert network.rows(ended) == [{"end_reason": "no_refresh_token"}]


def test_data_beyond_the_scope_that_the_bank_gave_is_403_and_the_rest_goes_on(
    own_bank: Bank, new_network: NewNetwork
) -> None:
    network = new_network(own_bank)
    connect(network, own_bank, scope="openid offline_access accounts unheard-of")
    app = RecipientApp(network, network.secrets.sandbox)
    tokens = app.mint("mikomo_5")

    answer = requests.get(
        f"{network.url}/customers/v2/mikomo/current",
        headers={"authorization": f"Bearer {tokens['id_token']}"},
        timeout=30,
    )

    assert (answer.status_code, answer.json()["code"]) == (403, 403)
    assert "does not cover" in answer.json()["debugMessage"]
    assert app.get("balances", tokens["id_token"]).status_code == 200


@pytest.mark.parametrize(
    ("bank_says", "app_hears", "words"),
    [
        ("access_denied", "access_denied", "The consumer did not give permission"),
        ("temporarily_unavailable", "temporarily_unavailable", "try again later"),
        ("server_error", "server_error", "The provider failed"),
        ("login_required", "server_error", "refused the sign-in"),
        ("invalid_scope", "server_error", "does not accept requests of this network"),
        ("unauthorized_client", "server_error", "does not accept requests of this network"),
        ("made_up", "server_error", "refused the sign-in"),
    ],
)
def test_a_refusal_of_the_bank_is_told_to_the_app_in_its_own_terms(
    network: RunningNetwork,
    app: RecipientApp,
    consumer: Consumer,
    *,
    bank_says: str,
    app_hears: str,
    words: str,
) -> None:
    terms = consumer.sign_in(app.auth_url(), "mikomo_5")
    url = consumer.press(terms, "Next").headers["location"]
    query = {**query_of(url), "error": bank_says}
    del query["code"]

    answer = consumer.browser.get(
        url.partition("?")[0], params=query, allow_redirects=False, timeout=30
    )

    told = query_of(Page(answer).onward or "")
    assert told["error"] == app_hears
    assert words in told["error_description"]
    assert told["state"] == app.authorization()["state"]
