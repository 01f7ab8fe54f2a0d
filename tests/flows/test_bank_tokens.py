"""The bank's own tokens: renewed once for all who wait, and ended by the bank alone."""

import json
from collections.abc import Callable, Iterator
from itertools import cycle, islice

import pytest

from tests.support.bank import Bank
from tests.support.bank_failures import PASSES
from tests.support.evil_answers import SECRET, answer
from tests.support.evil_bank import Deed, reset, say
from tests.support.evil_world import DATA, EvilWorld, evil_world
from tests.support.together import each_together

TOKENS = "/oauth/token"
DEEP = b'{"access_token":"x","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.fixture(scope="module")
def world(
    own_bank_of_module: Bank,
    new_database: Callable[[], str | None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[EvilWorld]:
    directory = tmp_path_factory.mktemp("evil")
    with evil_world(own_bank_of_module, directory, new_database()) as made:
        yield made


@pytest.fixture(scope="module")
def own_bank_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """A bank whose tokens may be taken away without disturbing other tests."""
    running = Bank(tmp_path_factory.mktemp("bank") / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def healed(world: EvilWorld) -> Iterator[None]:
    """Whatever a test does to the bank is over with it."""
    yield
    world.evil.heal()


def test_fifty_calls_of_all_products_share_one_refresh(
    world: EvilWorld, own_bank_of_module: Bank
) -> None:
    for _ in range(3):
        own_bank_of_module.expire_access_tokens()
        before = world.evil.count(TOKENS)
        paths = list(islice(cycle([*DATA.values(), *world.files.values()]), 50))

        heard = each_together([lambda path=path: world.hear(path)[0] for path in paths])  # type: ignore[misc]

        assert heard == [PASSES] * 50
        assert world.evil.count(TOKENS) == before + 1


@pytest.mark.parametrize(
    "deed",
    {
        "500": say(answer(500, {"error": "server_error"})),
        "503 html": say(answer(503, SECRET.encode(), "text/html")),
        "401 invalid_client": say(answer(401, {"error": "invalid_client"})),
        "400 invalid_request": say(answer(400, {"error": "invalid_request"})),
        "400 without a reason": say(answer(400, b"")),
        "a deep refusal": say(answer(400, DEEP)),
        "redirect": say(answer(302, b"", location="/elsewhere")),
        "html": say(answer(200, SECRET.encode(), "text/html")),
        "no JSON": say(answer(200, SECRET.encode())),
        "deep": say(answer(200, DEEP)),
        "no token": say(answer(200, {"token_type": "bearer"})),
        "another type": say(answer(200, {"access_token": SECRET, "token_type": "mac"})),
        "reset": reset(),
    }.items(),
    ids=lambda each: each[0],
)
def test_a_refresh_that_fails_is_500_with_501_and_ends_nothing(
    world: EvilWorld, own_bank_of_module: Bank, deed: tuple[str, Deed]
) -> None:
    own_bank_of_module.expire_access_tokens()
    world.evil.spoil(deed[1], "tokens")

    heard, words = world.hear_all(DATA, "application/json")

    assert heard == dict.fromkeys(DATA, (500, 501))
    assert SECRET not in words
    world.evil.heal()
    assert world.hear(DATA["balances"])[0] == PASSES
    grant = f"SELECT status FROM grants WHERE id = '{world.tokens['grant_id']}'"
    assert world.network.rows(grant) == [{"status": "ACTIVE"}]


def test_a_refresh_that_is_refused_ends_the_permission_for_every_product_and_is_told_once(
    world: EvilWorld, own_bank_of_module: Bank
) -> None:
    app = world.app
    tokens = app.mint("GenericUser_Wealth")
    ended = EvilWorld(world.network, world.evil, app, tokens, world.files)
    own_bank_of_module.expire_access_tokens()
    world.evil.spoil(say(answer(400, {"error": "invalid_grant"})), "tokens")

    for _ in range(2):
        heard, _ = ended.hear_all(DATA, "application/json")
        assert heard == dict.fromkeys(DATA, (404, 601))

    assert app.refresh(tokens["refresh_token"]).status_code == 400
    grant = f"SELECT status, ended_by FROM grants WHERE id = '{tokens['grant_id']}'"
    assert world.network.rows(grant) == [{"status": "REVOKED", "ended_by": "DATA_PROVIDER"}]
    told = (
        "SELECT data FROM outbox WHERE type = 'CONSENT_REVOKED'"
        f" AND subject = '{tokens['grant_id']}'"
    )
    assert [json.loads(row["data"]) for row in world.network.rows(told)] == [
        {"initiator": "DATA_PROVIDER"}
    ]
    world.evil.heal()
    assert world.hear(DATA["balances"])[0] == PASSES
