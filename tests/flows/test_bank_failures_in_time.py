"""A bank that is silent or slow: no call waits for it longer than the setting says."""

from collections.abc import Iterator

import pytest

from tests.support.bank import Bank
from tests.support.bank_failures import LATE, PASSES, STUCK, TIMED_OUT, Kind
from tests.support.evil_answers import chunks, head
from tests.support.evil_bank import PDF, Deed, hang, repeat
from tests.support.evil_world import DATA, EvilWorld, evil_world
from tests.support.process import eventually

WAIT_S = 1.5
BEGUN = b'{"accounts":['
FOREVER = 10_000


@pytest.fixture(scope="module")
def world(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EvilWorld]:
    directory = tmp_path_factory.mktemp("evil")
    with evil_world(bank, directory, None, bank_timeout_s=WAIT_S) as made:
        yield made


@pytest.fixture(autouse=True)
def healed(world: EvilWorld) -> Iterator[None]:
    """After each test what is asked of the bank comes."""
    yield
    world.evil.heal()
    eventually("all to be well", lambda: set(world.hear_everything().values()) == {PASSES})


def slow_error(content_type: str) -> Deed:
    return repeat(head(500, content_type, length=FOREVER), b"{", FOREVER, pause_s=0.02)


@pytest.mark.parametrize(
    ("kind", "data", "file"),
    [
        (LATE, hang(), hang()),
        (LATE, hang(head()[:-2]), hang(head(content_type=PDF)[:-2])),
        (LATE, repeat(b"HTTP/1.1 200 OK\r\n", b"x", FOREVER, pause_s=0.02), None),
        (LATE, slow_error("application/json"), slow_error("application/json")),
        (STUCK, hang(head(length=900) + BEGUN), hang(head(content_type=PDF, length=900) + BEGUN)),
        (
            STUCK,
            repeat(head(length=FOREVER), b" ", FOREVER, pause_s=0.02),
            hang(head(content_type=PDF, transfer_encoding="chunked") + chunks(("1", b"x"))),
        ),
    ],
    ids=["silence", "half a head", "a head by bytes", "an error by bytes", "half", "by bytes"],
)
def test_every_product_has_the_documented_answer_in_time_when_the_bank_sends(
    world: EvilWorld, kind: Kind, data: Deed, file: Deed | None
) -> None:
    world.evil.spoil(data)
    assert world.hear_all(DATA, "application/json")[0] == dict.fromkeys(DATA, kind.data)
    if file is not None:
        world.evil.spoil(file, "files")
        assert world.hear_all(world.files, PDF)[0] == dict.fromkeys(world.files, kind.file)
    # Who has given up waiting holds no connection.
    eventually("connections to close", lambda: world.evil.open_connections == 0)


def test_a_file_that_comes_slowly_but_steadily_comes_whole(world: EvilWorld) -> None:
    pieces = 50
    length = pieces * 100
    # The pauses come to more than any call waits.
    pause_s = 1.3 * WAIT_S / pieces
    slowly = repeat(head(content_type=PDF, length=length), b"x" * 100, pieces, pause_s=pause_s)
    world.evil.spoil(slowly, "files")

    answer = world.get(world.files["statement"])

    assert answer.content == b"x" * length


def test_tokens_that_do_not_come_in_time_are_no_reason_to_wait_longer(
    world: EvilWorld, bank: Bank
) -> None:
    bank.expire_access_tokens()
    world.evil.spoil(hang(), "tokens")
    assert world.hear_all(DATA, "application/json")[0] == dict.fromkeys(DATA, TIMED_OUT)
