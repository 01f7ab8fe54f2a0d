"""Payment networks, with real account numbers and with tokens."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.app import V3_HEADERS, RecipientApp
from tests.support.bank import Bank
from tests.support.command import easement
from tests.support.contract import faults
from tests.support.network import RunningNetwork
from tests.support.process import eventually

CHECKING = "g833202fb0866d0ad83472c429"
COLLEGE = "839502593"
REAL = {
    "transferOut": True,
    "identifier": "454992210071",
    "bankId": "125000024",
    "transferIn": True,
    "identifierType": "ACCOUNT_NUMBER",
    "type": "US_ACH",
}
TOKEN_ROUTING_NUMBER = "990000039"
PAYMENTS = {**V3_HEADERS, "x-akoya-intent-type": "payments"}


def get(app: RecipientApp, token: str, account_id: str, version: str = "v3") -> requests.Response:
    return requests.get(
        f"{app.network.url}/payments/{version}/mikomo/{account_id}/payment-networks",
        headers={"authorization": f"Bearer {token}", **PAYMENTS},
        timeout=60,
    )


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    return answer.status_code, answer.json()["code"], answer.json()["message"]


def decide(network: RunningNetwork, file: Path, **policy: Any) -> None:
    """Set Mikomo's policy as an operator does."""
    file.write_text(json.dumps(policy))
    done = easement(
        *("providers", "policy", "mikomo", "--file", str(file)),
        EASEMENT_DATA_DIR=str(network.settings.data_dir),
        EASEMENT_DATABASE_URL=network.settings.database_url,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def token(network: Any) -> str:
    """An id_token for two of the six accounts of mikomo_10."""
    app = RecipientApp(network, network.secrets.sandbox)
    return str(app.mint("mikomo_10", [CHECKING, COLLEGE])["id_token"])


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_an_app_reads_the_account_number_and_routing_number(
    app: RecipientApp, token: str, version: str
) -> None:
    answer = get(app, token, CHECKING, version)

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"paymentNetworks": [REAL]}
    assert faults("v2.accountPaymentNetworkList", answer.json()) == []


def test_an_account_without_networks_has_an_empty_list(app: RecipientApp, token: str) -> None:
    assert get(app, token, COLLEGE).json() == {"paymentNetworks": []}


@pytest.mark.parametrize("account_id", ["5426873", "1602364511", "nobody"])
def test_an_account_without_consent_is_404_with_701(
    app: RecipientApp, token: str, account_id: str
) -> None:
    assert refusal(get(app, token, account_id)) == (404, 701, "Account not found")


def test_the_path_ends_in_payment_networks(app: RecipientApp, token: str) -> None:
    answer = requests.get(
        f"{app.network.url}/payments/v2/mikomo/{CHECKING}",
        headers={"authorization": f"Bearer {token}"},
        timeout=60,
    )
    assert refusal(answer) == (403, 403, "Forbidden route")


def test_an_app_without_payments_has_no_subscription(other_app: RecipientApp) -> None:
    token = other_app.mint("mikomo_10")["id_token"]
    headers = {name: value for name, value in V3_HEADERS.items() if "intent" not in name}
    answer = requests.get(
        f"{other_app.network.url}/payments/v3/mikomo/{CHECKING}/payment-networks",
        headers={"authorization": f"Bearer {token}", **headers},
        timeout=60,
    )
    assert refusal(answer) == (403, 403, "Subscription not found")


def test_tokens_of_the_bank_pass_as_they_are(app: RecipientApp) -> None:
    token = app.mint("GenericUser_Payments")["id_token"]

    [network] = get(app, token, "720100236625").json()["paymentNetworks"]
    assert network["identifierType"] == "TOKENIZED_ACCOUNT_NUMBER"
    assert network["identifier"] == "9100004417736625"


def test_once_the_provider_decides_so_only_tokens_leave(
    bank: Bank, new_network: Callable[..., RunningNetwork], tmp_path: Path
) -> None:
    network = new_network(bank)
    app = RecipientApp(network, network.secrets.sandbox)
    token = app.mint("mikomo_10")["id_token"]
    shown = app.get("accounts-info", token).json()
    assert get(app, token, CHECKING).json() == {"paymentNetworks": [REAL]}

    decide(
        network,
        tmp_path / "policy.json",
        tokenized_routing_number=TOKEN_ROUTING_NUMBER,
        rules=[{"tokenized_account_numbers": True}],
    )

    def tokenized() -> dict[str, Any] | None:
        [seen] = get(app, token, CHECKING).json()["paymentNetworks"]
        return seen if seen != REAL else None

    seen = eventually("the policy to take hold", tokenized)
    number = seen["identifier"]
    assert seen == {
        **REAL,
        "identifier": number,
        "identifierType": "TOKENIZED_ACCOUNT_NUMBER",
        "bankId": TOKEN_ROUTING_NUMBER,
    }
    assert number.isdigit()
    assert 1 <= len(number) <= 17
    # Another grant of the same account has the same token, and nothing else tells of it.
    again = app.mint("mikomo_10", [CHECKING])["id_token"]
    assert get(app, again, CHECKING).json() == {"paymentNetworks": [seen]}
    assert app.get("accounts-info", token).json() == shown
    for endpoint in ("accounts", "balances"):
        assert REAL["identifier"] not in app.get(endpoint, token).text
