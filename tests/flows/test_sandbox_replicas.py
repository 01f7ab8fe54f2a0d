"""Two replicas of one sandbox on one PostgreSQL: the clock and the reset are for both."""

import pytest

from tests.support.app import RecipientApp
from tests.support.network import RunningNetwork
from tests.support.process import eventually
from tests.support.sandbox import SandboxControl

pytestmark = pytest.mark.postgres


def test_what_is_done_to_the_sandbox_at_one_replica_shows_at_the_other_soon(
    replicas: tuple[RunningNetwork, RunningNetwork],
) -> None:
    here, there = (SandboxControl(network) for network in replicas)
    app = RecipientApp(replicas[1], replicas[1].secrets.sandbox)
    tokens = app.mint("mikomo_5")
    assert app.get("balances", tokens["id_token"]).status_code == 200

    here.ask("PUT", "/clock", {"offset": "P2D"})

    eventually(
        "the other replica's clock to follow",
        lambda: there.ask("GET", "/clock")["offsetSeconds"] == 2 * 86400,
    )
    assert app.get("balances", tokens["id_token"]).status_code == 401
    fresh = app.mint("mikomo_5")["id_token"]
    assert app.get("balances", fresh).status_code == 200

    here.ask("POST", "/reset")

    eventually("the other replica to forget", lambda: app.get("balances", fresh).status_code == 401)
    eventually(
        "the other replica's clock to go back",
        lambda: there.ask("GET", "/clock")["offsetSeconds"] == 0,
    )
