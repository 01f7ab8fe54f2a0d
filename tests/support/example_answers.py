"""The answers to the example requests of the network's own document, at a moment of its own."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import requests

from easement.reference.document import RECORDED_URL, RECORDED_VERSION
from easement.reference.parameters import example_ids
from easement.reference.products import CALLS, EXAMPLE_USER, JSON, ProductCall
from tests.support.app import TIMEOUT_S, V3_HEADERS, RecipientApp
from tests.support.bank import Bank
from tests.support.network import RunningNetwork

MOMENT = "2026-01-15T12:00:00Z"

RECORDED = Path(__file__).parents[2] / "src" / "easement" / "reference" / "examples"


def stop_time(network: RunningNetwork) -> None:
    """Put network and bank to the moment of the examples: the bank's rows follow the clock."""
    requests.put(
        f"{network.url}/sandbox/v1/clock",
        json={"now": MOMENT},
        headers={"authorization": f"Bearer {network.secrets.control_token}"},
        timeout=TIMEOUT_S,
    ).raise_for_status()


def example_answer(
    network: RunningNetwork, call: ProductCall, id_token: str, version: str
) -> requests.Response:
    """What the network answers to the call's example request."""
    ids = example_ids(call, "mikomo")
    path = f"/{call.endpoint}/{version}/{{providerId}}{call.path}"
    return requests.get(
        network.url + path.format(**ids),
        params=dict(call.example_query),
        headers={"authorization": f"Bearer {id_token}", **V3_HEADERS},
        timeout=TIMEOUT_S,
    )


def record() -> None:
    """Write what the answers are now."""
    directory = Path(tempfile.mkdtemp())
    bank = Bank(directory / "bank")
    bank.start()
    network = RunningNetwork(bank, directory / "network", None, RECORDED_URL)
    network.start()
    try:
        stop_time(network)
        id_token = RecipientApp(network, network.secrets.sandbox).mint(EXAMPLE_USER)["id_token"]
        for call in CALLS:
            if call.schema is None:
                continue
            answer = example_answer(network, call, id_token, RECORDED_VERSION)
            assert answer.status_code == 200, (call.name, answer.text)
            assert answer.headers["content-type"].startswith(JSON)
            (RECORDED / f"{call.name}.json").write_text(pretty(answer.json()))
    finally:
        network.stop()
        bank.stop()
        shutil.rmtree(directory)


def pretty(body: Any) -> str:
    """JSON as the files have it."""
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    record()
