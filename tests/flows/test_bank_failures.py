"""Whatever a bank does instead of answering, each product has the documented answer."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.bank import Bank
from tests.support.bank_failures import (
    FAILURES,
    KNOWN_CODES,
    NO_ANSWER,
    PASSES,
    UNREACHABLE,
    Failure,
    Heard,
    coded,
    table,
)
from tests.support.evil_answers import SECRET, answer
from tests.support.evil_bank import PDF, Wire, say
from tests.support.evil_world import DATA, EvilWorld, evil_world
from tests.support.process import LOOPBACK, eventually, free_port
from tests.support.relocation import relocate


@pytest.fixture(scope="module")
def world(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EvilWorld]:
    with evil_world(bank, tmp_path_factory.mktemp("evil"), None) as made:
        yield made


@pytest.fixture(autouse=True)
def healthy(world: EvilWorld, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """After each test the bank is well again, and so is everything that the app calls."""
    caplog.set_level(logging.INFO)
    yield
    world.evil.heal()
    assert set(world.hear_everything().values()) == {PASSES}
    errors = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert [each.getMessage() for each in errors] == []
    secrets = {SECRET, world.evil.url, *world.evil.access_tokens}
    assert [each for each in secrets if each in caplog.text] == []


@pytest.mark.parametrize("failure", FAILURES, ids=lambda each: each.name)
def test_every_product_has_the_documented_answer_when_the_bank(
    world: EvilWorld, failure: Failure
) -> None:
    words = ""
    if failure.data is not None:
        world.evil.spoil(failure.data)
        heard, words = world.hear_all(DATA, "application/json")
        assert heard == dict.fromkeys(DATA, failure.kind.data)
    if failure.file is not None:
        world.evil.spoil(failure.file, "files")
        heard, more = world.hear_all(world.files, PDF)
        assert heard == dict.fromkeys(world.files, failure.kind.file)
        words += more
    # Nothing that the bank says in no form we know reaches the app.
    secrets = {SECRET, world.evil.url, *world.evil.access_tokens}
    assert [each for each in secrets if each in words] == []


@pytest.mark.parametrize("where", ["refused", "unknown host", "untrusted"])
def test_every_product_has_the_documented_answer_when_the_bank_cannot_be_reached(
    world: EvilWorld, where: str
) -> None:
    evil = world.evil
    address = {
        "refused": f"http://{LOOPBACK}:{free_port()}",
        # RFC 6761 6.4: no resolver knows it.
        "unknown host": "http://bank.invalid",
        "untrusted": evil.tls_url,
    }[where]
    relocate(world.network, api_url=f"{address}/fdx/v5")
    eventually("the network to follow", lambda: not world.get(DATA["balances"]).ok)
    came = len(evil.received)

    heard, words = world.hear_all(DATA, "application/json")
    files, more = world.hear_all(world.files, PDF)

    relocate(world.network, api_url=f"{evil.url}/fdx/v5")
    eventually("the network to follow", lambda: world.get(DATA["balances"]).ok)
    assert heard == dict.fromkeys(DATA, UNREACHABLE.data)
    assert files == dict.fromkeys(world.files, UNREACHABLE.file)
    assert [each for each in {address, *evil.access_tokens} if each in words + more] == []
    # The token went to nobody who could not show who they are.
    assert [each.target for each in evil.received[came:-1]] == []


@pytest.mark.parametrize("text", [False, True], ids=["number", "text"])
@pytest.mark.parametrize("code", KNOWN_CODES)
def test_every_product_passes_on_what_the_bank_says_of_its_customer(
    world: EvilWorld, code: int, text: bool
) -> None:
    told = {
        # FDX's own code for a media type that does not exist is a status here.
        1203: (406, 406),
    }.get(code, (KNOWN_CODES[code], code))
    expected: dict[str, Heard] = dict.fromkeys(DATA, told)
    if code in {1107, 1108}:
        expected["statements"] = PASSES  # there are none: an empty list
    if code == 1107:
        expected["transactions"] = PASSES

    for status in (KNOWN_CODES[code], 418):
        deed = coded(code, text=text, status=status)
        world.evil.spoil(deed)
        assert world.hear_all(DATA, "application/json")[0] == expected
        world.evil.spoil(deed, "files")
        assert world.hear_all(world.files, PDF)[0] == dict.fromkeys(world.files, told)


def test_words_of_the_bank_that_quote_its_token_are_kept_from_the_app(world: EvilWorld) -> None:
    async def quote(wire: Wire) -> None:
        shown = wire.request.headers["authorization"]
        told = {"code": 401, "message": f"Bad header {shown}", "debugMessage": f"It was {shown}"}
        await say(answer(400, told))(wire)

    world.evil.spoil(quote)
    heard, words = world.hear_all(DATA, "application/json")

    assert heard == dict.fromkeys(DATA, (400, 401))
    assert [each for each in world.evil.access_tokens if each in words] == []


def test_no_refusal_in_a_data_answer_ends_the_permission(world: EvilWorld) -> None:
    for code in (601, 602):
        world.evil.spoil(coded(code, text=False, status=KNOWN_CODES[code]))
        assert world.hear(DATA["balances"])[0] == (KNOWN_CODES[code], code)

    world.evil.heal()
    assert world.hear(DATA["balances"])[0] == PASSES
    grant = f"SELECT status FROM grants WHERE id = '{world.tokens['grant_id']}'"
    assert world.network.rows(grant) == [{"status": "ACTIVE"}]
    told = "SELECT id FROM outbox WHERE type = 'CONSENT_REVOKED'"
    assert world.network.rows(told) == []


def test_a_thousand_failures_leave_nothing_going_on(world: EvilWorld) -> None:
    before = world.network.tasks()
    for failure in FAILURES:
        if failure.kind is NO_ANSWER and failure.data is not None and failure.file is not None:
            for _ in range(5):
                world.evil.spoil(failure.data)
                world.hear_all(DATA, "application/json")
                world.evil.spoil(failure.file, "files")
                world.hear_all(world.files, PDF)

    eventually("the network to calm down", lambda: world.network.tasks() <= before)
    eventually("connections to close", lambda: world.evil.open_connections == 0)


def test_the_documents_say_the_same() -> None:
    documents = Path(__file__).parents[2].glob("docs/**/*.md")
    assert any(table() in each.read_text() for each in documents), table()
