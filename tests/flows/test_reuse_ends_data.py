"""Once a reuse has ended a token family, its id_tokens read no more data, and others' still do."""

import pytest

from tests.support.app import RecipientApp
from tests.support.network import Calendar


def test_reuse_of_a_refresh_token_ends_the_id_tokens_of_its_family(app: RecipientApp) -> None:
    bystander = app.mint()
    first = app.mint()
    second = app.refresh(first["refresh_token"]).json()
    third = app.refresh(second["refresh_token"]).json()
    assert app.get("balances", third["id_token"]).status_code == 200

    app.refresh(first["refresh_token"])

    for each in (first, second, third):
        answer = app.get("balances", each["id_token"])
        assert (answer.status_code, answer.json()["code"]) == (401, 602)
    assert app.get("balances", bystander["id_token"]).status_code == 200


@pytest.mark.parametrize("seconds", [50, 61])
def test_reuse_of_a_code_ends_its_tokens_only_after_a_minute(
    app: RecipientApp, consumer: object, calendar: Calendar, seconds: int
) -> None:
    code = app.code(consumer)  # type: ignore[arg-type]
    tokens = app.exchange(code).json()
    calendar.pass_time(seconds=seconds)

    assert app.exchange(code).status_code == 400

    alive = seconds < 60
    assert app.get("balances", tokens["id_token"]).status_code == (200 if alive else 401)
    assert app.refresh(tokens["refresh_token"]).status_code == (200 if alive else 400)
