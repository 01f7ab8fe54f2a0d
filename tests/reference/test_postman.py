"""The Postman collection keeps its format, and runs from top to bottom."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from jsonschema import Draft202012Validator

from easement.reference.products import CALLS, EXAMPLE_USER
from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.consumer import Consumer
from tests.support.network import LOOPBACK_CALLBACK, RunningNetwork
from tests.support.openapi import Json, operations
from tests.support.postman import Runner

SCHEMA = json.loads((Path(__file__).parent / "postman_schema.json").read_text())
# For a browser, a bank, or an app with keys or service credentials.
LEFT_OUT = {
    *("authorizeByForm", "pushAuthorizationRequest", "serviceToken", "logout", "logoutByForm"),
    *("providerJwks", "userinfoByForm"),
}
DOCUMENTED = {
    *("idp_url", "products_url", "permission_url", "connector", "providerId", "accountId"),
    *("id_token", "refresh_token", "links_next", "links_prev", "version"),
    *("client_id", "client_secret", "redirect_uri", "holdingId", "statementId", "taxFormId"),
}


def made(network: RunningNetwork, kind: str) -> Json:
    url = f"{network.url}/postman/easement.postman_{kind}.json"
    found: Json = requests.get(url, timeout=30).json()
    return found


def requests_in(items: list[Json]) -> Iterator[Json]:
    for item in items:
        yield from requests_in(item["item"]) if "item" in item else [item]


@pytest.fixture
def own_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNetwork]:
    """A network and a bank that the run may reset."""
    bank = Bank(tmp_path_factory.mktemp("bank") / "data")
    bank.start()
    running = RunningNetwork(bank, tmp_path_factory.mktemp("network") / "data", None)
    running.start()
    yield running
    running.stop()
    bank.stop()


def test_collection_keeps_the_format_of_postman(sandbox_network: RunningNetwork) -> None:
    found = Draft202012Validator(SCHEMA).iter_errors(made(sandbox_network, "collection"))
    assert [(error.json_path, error.message[:200]) for error in found] == []


def test_format_is_strict_enough_to_catch_a_mistake(sandbox_network: RunningNetwork) -> None:
    collection = made(sandbox_network, "collection")
    next(requests_in(collection["item"]))["request"]["auth"]["type"] = "magic"
    assert not Draft202012Validator(SCHEMA).is_valid(collection)


def test_environment_has_the_documented_variables_and_no_secrets(
    sandbox_network: RunningNetwork,
) -> None:
    values = {each["key"]: each for each in made(sandbox_network, "environment")["values"]}

    assert set(values) >= DOCUMENTED
    assert values["idp_url"]["value"] == sandbox_network.issuer
    assert [
        name for name, each in values.items() if each["type"] == "secret" and each["value"]
    ] == []
    assert "sandbox-app" not in json.dumps(values)


def test_every_variable_of_the_collection_is_in_the_environment(
    sandbox_network: RunningNetwork,
) -> None:
    used = set(re.findall(r"{{(\w+)}}", json.dumps(made(sandbox_network, "collection"))))
    known = {each["key"] for each in made(sandbox_network, "environment")["values"]}
    assert used - known == set()


def test_every_operation_of_the_document_is_in_the_collection(
    sandbox_network: RunningNetwork, document: Json
) -> None:
    told = {
        (item["request"]["method"], re.sub(r"^{{\w+}}", "", item["request"]["url"]["raw"]))
        for item in requests_in(made(sandbox_network, "collection")["item"])
    }
    paths = {(method, url.partition("?")[0]) for method, url in told}
    names = {re.sub(r"{{(investmentAccountId)}}", "{{accountId}}", path) for _, path in paths}

    for operation in operations(document):
        name = operation.body["operationId"]
        if name.endswith("Alias") or name in LEFT_OUT or operation.body["tags"] == ["Products v2"]:
            continue
        path = re.sub(r"/v3/", "/{version}/", operation.path)
        assert re.sub(r"{(\w+)}", r"{{\1}}", path) in names, operation.name
    assert len(names) > len(CALLS)


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_collection_runs_from_top_to_bottom(
    own_network: RunningNetwork,
    new_consumer: Callable[[RunningNetwork], Consumer],
    version: str,
) -> None:
    network = own_network
    app = RecipientApp(network, network.secrets.sandbox)
    runner = Runner(
        made(network, "environment"),
        version=version,
        client_id=app.credentials.client_id,
        client_secret=app.credentials.client_secret,
        control_token=network.secrets.control_token,
        code=app.code(new_consumer(network), EXAMPLE_USER, redirect_uri=LOOPBACK_CALLBACK),
    )

    outcomes = list(runner.run(made(network, "collection")["item"]))

    wrong = [
        (each.name, each.response.status_code, each.response.text[:200])
        for each in outcomes
        if each.response.status_code != each.expected
    ]
    assert wrong == []
    assert len(outcomes) > 35
    assert runner.variables["links_next"].startswith(f"/transactions/{version}/mikomo/")
