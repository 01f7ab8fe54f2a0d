"""The examples of the document are what the sandbox answers, byte for byte."""

from collections.abc import Iterator

import pytest

from easement.reference.document import RECORDED_URL, RECORDED_VERSION
from easement.reference.products import CALLS, EXAMPLE_USER, JSON, ProductCall
from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.example_answers import RECORDED, example_answer, pretty, stop_time
from tests.support.network import RunningNetwork


@pytest.fixture(scope="module")
def examples_network(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[RunningNetwork, str]]:
    """A network and a bank of its own at the moment of the examples, with an id_token."""
    bank = Bank(tmp_path_factory.mktemp("bank") / "data")
    bank.start()
    directory = tmp_path_factory.mktemp("network") / "data"
    network = RunningNetwork(bank, directory, None, RECORDED_URL)
    network.start()
    stop_time(network)
    tokens = RecipientApp(network, network.secrets.sandbox).mint(EXAMPLE_USER)
    yield network, tokens["id_token"]
    network.stop()
    bank.stop()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_example_is_what_the_sandbox_answers(
    examples_network: tuple[RunningNetwork, str], call: ProductCall
) -> None:
    network, id_token = examples_network

    answer = example_answer(network, call, id_token, RECORDED_VERSION)

    assert answer.status_code == 200, answer.text
    if call.schema is None:
        assert answer.headers["content-type"] in call.files
    else:
        assert answer.headers["content-type"].startswith(JSON)
        recorded = (RECORDED / f"{call.name}.json").read_text()
        assert pretty(answer.json()) == recorded, (
            "record them anew with: python -m tests.support.example_answers"
        )
