"""How often an app may call, and how long a call waits for the bank."""

from collections.abc import Callable

import requests

from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.network import RunningNetwork
from tests.support.together import together

NewNetwork = Callable[..., RunningNetwork]


def slow(milliseconds: int) -> dict[str, str]:
    return {"x-sandbox-fault": f"latency={milliseconds}"}


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    return answer.status_code, answer.json()["code"], answer.json()["message"]


def test_an_app_over_its_rate_hears_429_and_when_to_come_back_and_others_do_not(
    bank: Bank, new_network: NewNetwork
) -> None:
    network = new_network(bank, requests_per_second=1)
    app = RecipientApp(network, network.secrets.sandbox)
    other = RecipientApp(network, network.secrets.demo)
    token, others = app.mint()["id_token"], other.mint()["id_token"]

    answers = together(20, lambda: app.get("balances", token))
    refused = [answer for answer in answers if answer.status_code != 200]

    assert {answer.status_code for answer in answers} == {200, 429}
    for answer in refused:
        assert refusal(answer) == (429, 1207, "Too many requests")
        assert answer.headers["retry-after"].isdigit()
        assert int(answer.headers["retry-after"]) >= 1
    assert other.get("balances", others).status_code == 200


def test_without_a_limit_nobody_is_refused(app: RecipientApp) -> None:
    token = app.mint()["id_token"]
    answers = together(30, lambda: app.get("balances", token))
    assert {answer.status_code for answer in answers} == {200}


def test_the_time_to_wait_for_the_bank_is_a_setting(bank: Bank, new_network: NewNetwork) -> None:
    network = new_network(bank, bank_timeout_s=0.5)
    app = RecipientApp(network, network.secrets.sandbox)
    token = app.mint()["id_token"]

    answer = app.get("balances", token, headers=slow(3000))

    assert refusal(answer) == (408, 408, "Request timed out")
    assert app.get("balances", token).status_code == 200
