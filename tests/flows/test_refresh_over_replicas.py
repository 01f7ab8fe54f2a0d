"""Two hundred product calls at two replicas with an expired bank token: the bank is asked once."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.network import RunningNetwork
from tests.support.together import each_together


@pytest.fixture
def replicas(
    own_bank: Bank,
    new_database: Callable[[], str | None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[RunningNetwork, RunningNetwork]]:
    """On one database, be it one file."""
    directory, database = tmp_path_factory.mktemp("replicas") / "data", new_database()
    first = RunningNetwork(own_bank, directory, database)
    first.start()
    second = RunningNetwork(own_bank, directory, database, public=first.url)
    second.start()
    yield first, second
    second.stop()
    first.stop()


def test_two_hundred_calls_at_two_replicas_share_one_refresh(
    own_bank: Bank, replicas: tuple[RunningNetwork, RunningNetwork]
) -> None:
    apps = [RecipientApp(each, replicas[0].secrets.sandbox) for each in replicas]
    tokens = apps[0].mint("mikomo_5")
    for app in apps:
        assert app.get("balances", tokens["id_token"]).status_code == 200
    own_bank.expire_access_tokens()

    answers = each_together(
        [lambda app=app: app.get("balances", tokens["id_token"]) for app in apps * 100]  # type: ignore[misc]
    )

    assert [answer.status_code for answer in answers] == [200] * 200
    # The bank rotates: a second refresh with the same token would have ended the grant.
    assert own_bank.access_tokens() == 1
    assert apps[1].refresh(tokens["refresh_token"]).status_code == 200
