"""Requests made up from the document: no answer that it does not tell, and none that is a fault.

The same requests each time. Ids in them are mostly real, so that they get past the first checks.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
from schemathesis import GenerationMode

from easement.reference.products import EXAMPLE_IDS, EXAMPLE_USER, HOLDING_ACCOUNT
from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.generated import schema_of, send_generated
from tests.support.network import RunningNetwork
from tests.support.openapi import Json, Operation, operations, own_document

COUNTS = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 5}
MODES = pytest.mark.parametrize("mode", COUNTS, ids=lambda mode: mode.value)
ACCOUNTS = [EXAMPLE_IDS["accountId"], HOLDING_ACCOUNT, "unknown"]
LIKELY: Mapping[str, list[str]] = {
    "providerId": ["mikomo"],
    "accountId": ACCOUNTS,
    "accountIds": [*ACCOUNTS, ",".join(ACCOUNTS[:2]), ",".join(ACCOUNTS)],
    "holdingId": [EXAMPLE_IDS["holdingId"]],
    "taxFormId": [EXAMPLE_IDS["taxFormId"], "pfm-w2-2024", "pfm-1099div-2024", *ACCOUNTS],
    "taxForms": ["Tax1099Int", "Tax1099Int,TaxW2", "Nonsense"],
    "taxYear": ["2024", "2023", "1999"],
    "startTime": ["2026-10-01", "2026-10-01T00:00:00-05:00", "1999-01-01T00:00:00Z"],
    "endTime": ["2026-11-01", "2026-10-02T00:00:00Z", "1998-01-01"],
    "fault_id": ["unknown"],
    "client_id": ["sandbox-app", "unknown"],
}

DOCUMENT = own_document()


def likely(document: Json) -> Json:
    """The document with real ids in place of any text, and without faults that are ordered."""
    document = copy.deepcopy(document)
    for operation in operations(document):
        found = operation.body.get("parameters", [])
        found[:] = [each for each in found if each["name"] != "x-sandbox-fault"]
        for each in found:
            if each["name"] in LIKELY:
                of_holding = each["name"] == "accountId" and "{holdingId}" in operation.path
                ids = [HOLDING_ACCOUNT] if of_holding else LIKELY[each["name"]]
                each["schema"] = {"enum": ids}
                each.pop("example", None)
    return document


SCHEMA = schema_of(likely(DOCUMENT))
PRODUCTS = operations(DOCUMENT, "Products")
AUTHORIZATION = operations(DOCUMENT, "Authorization")
SANDBOX = operations(DOCUMENT, "Sandbox")


def named(operation: Operation) -> str:
    return operation.name


def can_be_wrong(operation: Operation) -> bool:
    """Whether there is anything in the request that could be: a path takes any text."""
    asked = [each for each in operation.body.get("parameters", []) if each["in"] != "path"]
    return bool(asked or "requestBody" in operation.body or operation.body["security"])


def send(
    network: RunningNetwork, operation: Operation, mode: GenerationMode, **more: Any
) -> list[requests.Response]:
    return send_generated(
        SCHEMA,
        url=network.url,
        path=operation.path,
        method=operation.method,
        mode=mode,
        count=COUNTS[mode],
        **more,
    )


@pytest.fixture(scope="module")
def id_token(sandbox_network: RunningNetwork) -> str:
    """For a user who has something of everything."""
    app = RecipientApp(sandbox_network, sandbox_network.secrets.sandbox)
    token: str = app.mint(EXAMPLE_USER)["id_token"]
    return token


@pytest.fixture(scope="module")
def own_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNetwork]:
    """A network and a bank that are broken, moved in time and reset."""
    bank = Bank(tmp_path_factory.mktemp("bank") / "data")
    bank.start()
    running = RunningNetwork(bank, tmp_path_factory.mktemp("network") / "data", None)
    running.start()
    yield running
    running.stop()
    bank.stop()


@MODES
@pytest.mark.parametrize("operation", PRODUCTS, ids=named)
def test_product_calls_answer_as_the_document_says(
    sandbox_network: RunningNetwork, id_token: str, operation: Operation, mode: GenerationMode
) -> None:
    answers = send(
        sandbox_network,
        operation,
        mode,
        headers=lambda _: {"authorization": f"Bearer {id_token}"},
    )

    assert answers
    # The ids of files are hit too seldom.
    if mode is GenerationMode.POSITIVE and not re.search("{(statement|taxForm)Id}", operation.path):
        assert 200 in {each.status_code for each in answers}, "no request came through"


@MODES
@pytest.mark.parametrize("operation", AUTHORIZATION, ids=named)
def test_authorization_server_answers_as_the_document_says(
    sandbox_network: RunningNetwork, operation: Operation, mode: GenerationMode
) -> None:
    if mode is GenerationMode.NEGATIVE and not can_be_wrong(operation):
        return
    assert send(sandbox_network, operation, mode, headers=lambda _: {})


@MODES
@pytest.mark.parametrize("operation", SANDBOX, ids=named)
def test_control_api_answers_as_the_document_says(
    own_network: RunningNetwork, operation: Operation, mode: GenerationMode
) -> None:
    control = {"authorization": f"Bearer {own_network.secrets.control_token}"}

    def heal() -> None:
        if operation.body["operationId"] == "breakSandboxBank":
            requests.delete(f"{own_network.url}/sandbox/v1/faults", headers=control, timeout=30)

    assert send(own_network, operation, mode, headers=lambda _: control, after=heal)
