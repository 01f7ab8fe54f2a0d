"""One command reads all products of all users in all versions, and names each broken promise."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from easement.cli import main
from easement.products.catalogue import ENDPOINTS
from tests.support.bank import Bank
from tests.support.network import RunningNetwork
from tests.support.sandbox import SandboxControl


@pytest.fixture(scope="module")
def surveyed(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNetwork]:
    """A network on SQLite; the answers do not depend on the database."""
    running = RunningNetwork(bank, tmp_path_factory.mktemp("network") / "data", None)
    running.start()
    yield running
    running.stop()


def survey(network: RunningNetwork, *options: str) -> Result:
    return CliRunner().invoke(
        main,
        ["sandbox", "survey", "--port", str(network.settings.port), *options],
        env={"EASEMENT_SANDBOX_CONTROL_TOKEN": network.secrets.control_token, "COLUMNS": "160"},
    )


def test_every_product_of_every_user_is_as_the_catalogue_promises(
    surveyed: RunningNetwork,
) -> None:
    users = SandboxControl(surveyed).ask("GET", "/users")["users"]

    result = survey(surveyed)

    lines = result.output.splitlines()
    assert [line for line in lines if line.endswith("FAILED")] == []
    expected = len(users) * len(ENDPOINTS)
    assert len(lines) == expected + 2, result.output
    assert lines[0].split() == ["USER", "PRODUCT", "V2", "V3", "PROMISED", "RESULT"]
    assert lines[-1] == f"{expected} of {expected} are as promised."
    assert result.exit_code == 0


def test_what_is_not_as_promised_is_named_and_fails_the_command(surveyed: RunningNetwork) -> None:
    control = SandboxControl(surveyed)
    body = {"kind": "status", "status": 503, "user": "mikomo_9", "endpoint": "transactions"}
    fault = control.ask("POST", "/faults", body)
    try:
        result = survey(surveyed, "--user", "mikomo_9", "--user", "mikomo_11", "--json")
    finally:
        control.ask("DELETE", f"/faults/{fault['id']}")

    broken: list[dict[str, Any]] = [line for line in json.loads(result.output) if not line["ok"]]
    assert [(line["user"], line["product"]) for line in broken] == [("mikomo_9", "transactions")]
    assert broken[0]["promised"] == "1360 rows"
    assert broken[0]["v2"] == broken[0]["v3"] == {"status": 503, "code": 503, "rows": 0}
    assert result.exit_code == 1


def test_a_user_that_does_not_exist_is_named(surveyed: RunningNetwork) -> None:
    result = survey(surveyed, "--user", "nobody")
    assert result.exit_code == 1
    assert "no user nobody" in result.output
