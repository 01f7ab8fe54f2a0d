"""Signing keys that come and go while apps link, refresh and read."""

import asyncio
import itertools
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

import pytest
import requests
from joserfc.jwk import KeySet

from easement.keys.algorithms import ALGORITHMS
from easement.main.keys import KeyAdministration, open_key_administration
from easement.products.model import Product
from easement.tokens.id_tokens import IdTokens, IdTokenSubject
from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.forgery import unproven
from tests.support.jwk import verifies
from tests.support.network import Calendar, RunningNetwork
from tests.support.process import eventually

T = TypeVar("T")

SETTLING = timedelta(seconds=5)
LONGEST = timedelta(hours=24, minutes=5)


def administer(network: RunningNetwork, do: Callable[[KeyAdministration], Awaitable[T]]) -> T:
    """What an operator's command does."""

    async def run() -> T:
        async with open_key_administration(network.settings) as administration:
            return await do(administration)

    return asyncio.run(run())


def published(network: RunningNetwork) -> dict[str, dict[str, Any]]:
    """The JWK Set by kid."""
    answer = requests.get(f"{network.url}/.well-known/jwks.json", timeout=30)
    return {key["kid"]: key for key in answer.json()["keys"]}


def kid(token: str) -> str:
    return str(unproven(token, 0)["kid"])


class Load:
    """Apps that mint a token at one replica and read with it at the other, until told to stop."""

    def __init__(self, replicas: tuple[RunningNetwork, RunningNetwork], workers: int) -> None:
        one, other = (RecipientApp(each, replicas[0].secrets.sandbox) for each in replicas)
        self.tokens: list[str] = []
        self.statuses: set[int] = set()
        self.faults: list[BaseException] = []
        self._over = threading.Event()
        pairs = itertools.islice(itertools.cycle([(one, other), (other, one)]), workers)
        self._threads = [threading.Thread(target=self._work, args=pair) for pair in pairs]

    def _work(self, mints: RecipientApp, reads: RecipientApp) -> None:
        try:
            while not self._over.is_set():
                token = mints.mint("mikomo_5")["id_token"]
                # Before the other replica can have asked what is new.
                self.statuses.add(reads.get("balances", token).status_code)
                self.tokens.append(token)
        except BaseException as fault:
            self.faults.append(fault)

    def kids(self) -> set[str]:
        assert not self.faults, self.faults
        return {kid(token) for token in self.tokens}

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)


@pytest.mark.postgres
def test_tokens_from_before_during_and_after_a_rotation_count_at_both_replicas(
    replicas: tuple[RunningNetwork, RunningNetwork],
) -> None:
    (old,) = published(replicas[0])
    with Load(replicas, workers=4) as load:
        eventually("tokens under the old key", lambda: load.kids() == {old})
        new = administer(replicas[0], lambda keys: keys.rotate("RS256", now=True)).kid
        for network in replicas:
            eventually("the new key's publication", lambda each=network: new in published(each))
        assert load.kids() == {old}
        for network in replicas:
            network.clock.advance(SETTLING)
        during = len(load.tokens)
        eventually("tokens under the new key", lambda: new in load.kids())
        eventually("some more", lambda: len(load.tokens) > during + 12)

    assert load.kids() == {old, new}
    assert load.statuses == {200}
    newest = [token for token in load.tokens if kid(token) == old][-1], load.tokens[-1]
    for network in replicas:
        app = RecipientApp(network, replicas[0].secrets.sandbox)
        for token in (load.tokens[0], *newest):
            assert app.get("balances", token).status_code == 200
            assert verifies(published(network)[kid(token)], token)


@pytest.mark.postgres
def test_an_old_key_is_published_until_its_last_token_has_expired_and_then_nowhere(
    replicas: tuple[RunningNetwork, RunningNetwork],
) -> None:
    (old,) = published(replicas[0])
    new = administer(replicas[0], lambda keys: keys.rotate("RS256", now=True)).kid
    for network in replicas:
        network.clock.advance(SETTLING + LONGEST - timedelta(minutes=1))
        eventually("both keys", lambda each=network: set(published(each)) == {old, new})
        network.clock.advance(timedelta(minutes=2))
        assert set(published(network)) == {new}


def test_a_replica_makes_the_successor_by_itself_when_its_time_has_come(
    new_network: Callable[..., RunningNetwork], bank: Bank
) -> None:
    network = new_network(bank)
    app = RecipientApp(network, network.secrets.sandbox)
    first = app.mint("mikomo_5")["id_token"]
    network.clock.advance(timedelta(days=89))

    async def turn(keys: KeyAdministration) -> None:
        keys.clock.advance(timedelta(days=89))
        await keys.turn()

    administer(network, turn)

    eventually("the successor", lambda: len(published(network)) == 2)
    assert kid(app.mint("mikomo_5")["id_token"]) == kid(first)
    network.clock.advance(timedelta(days=1))
    second = app.mint("mikomo_5")["id_token"]
    assert kid(second) != kid(first)
    assert app.get("balances", second).status_code == 200


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_of_each_algorithm_opens_data_and_is_proven_by_the_published_keys(
    app: RecipientApp, algorithm: str
) -> None:
    network = app.network
    claims = unproven(app.mint("mikomo_5")["id_token"], 1)
    about = IdTokenSubject(
        subject=claims["sub"],
        app_id=claims["aud"][0],
        company_id=claims["recipientId"],
        provider_id=claims["connectorId"],
        grant_id=claims["grant_id"],
        family_id=claims["sid"],
        name=claims["name"],
        email=None,
        email_verified=False,
        products=[Product(each) for each in claims["products"]],
        account_ids=claims["accounts"],
        auth_time=datetime.fromtimestamp(claims["auth_time"], UTC),
        nonce=None,
    )

    async def sign(keys: KeyAdministration) -> str:
        tokens = IdTokens(network.issuer, keys.keys, keys.clock)
        await tokens.prepare(timedelta(hours=1), algorithm)
        return tokens.sign(about, "an access token", timedelta(hours=1), algorithm)

    token = administer(network, sign)

    # At once: the network was not told of the algorithm's first key.
    assert app.get("balances", token).status_code == 200
    keys = published(network)
    assert keys[kid(token)]["alg"] == algorithm
    assert verifies(keys[kid(token)], token)
    document = requests.get(f"{network.url}/.well-known/openid-configuration", timeout=30).json()
    assert algorithm in document["id_token_signing_alg_values_supported"]


def test_the_key_set_may_be_kept_for_minutes_and_is_one_to_a_library(app: RecipientApp) -> None:
    answer = requests.get(f"{app.network.url}/.well-known/jwks.json", timeout=30)

    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["content-type"].startswith("application/json")
    assert {key.kid for key in KeySet.import_key_set(answer.json()).keys} == set(
        published(app.network)
    )


def test_a_withdrawn_keys_tokens_open_nothing(
    new_network: Callable[..., RunningNetwork], bank: Bank
) -> None:
    network = new_network(bank)
    app = RecipientApp(network, network.secrets.sandbox)
    leaked = app.mint("mikomo_5")
    assert app.get("balances", leaked["id_token"]).status_code == 200
    administer(network, lambda keys: keys.rotate("RS256", now=False))

    administer(network, lambda keys: keys.withdraw(kid(leaked["id_token"])))

    eventually("the key's end", lambda: app.get("balances", leaked["id_token"]).status_code == 401)
    renewed = app.refresh(leaked["refresh_token"]).json()
    assert app.get("balances", renewed["id_token"]).status_code == 200


def test_a_clock_that_moves_over_a_year_keeps_a_key_that_signs(
    app: RecipientApp, calendar: Calendar
) -> None:
    for days in (400, -800, 400):
        calendar.pass_time(days=days)
        tokens = app.mint("mikomo_5")
        assert app.get("balances", tokens["id_token"]).status_code == 200
