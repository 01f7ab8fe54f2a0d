"""The OpenAPI document is valid, and its examples keep its schemas."""

import json
import re
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31

from easement.main.settings import Settings
from easement.products import forms
from easement.products.catalogue import ENDPOINTS, VERSIONS, with_deprecation
from easement.products.fields import CATEGORIES, allowed
from easement.reference.document import Surroundings, compose
from tests.support.openapi import Json, examples, faults, operations, resolved

PREFIX = Settings().header_prefix


def composed(**changes: Any) -> Json:
    """The document in other surroundings."""
    around: dict[str, Any] = {
        "brand": "Easement",
        "public_url": "https://network.example.test",
        "header_prefix": PREFIX,
        "versions": VERSIONS,
        "sandbox_provider": "mikomo",
        **changes,
    }
    found = Surroundings(**around)
    return compose(found, found.versions.values())


def properties(document: Json, schema: Json) -> set[str]:
    """The members that an object may have."""
    schema = resolved(document, schema)
    found = set(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found |= properties(document, part)
    return found


@pytest.mark.parametrize("sandbox_provider", ["mikomo", None])
def test_document_is_valid_openapi(sandbox_provider: str | None) -> None:
    validator = Draft202012Validator(OPENAPI_31)
    document = composed(sandbox_provider=sandbox_provider)

    assert [error.json_path for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("sandbox_provider", ["mikomo", None])
def test_references_lead_somewhere_and_nothing_is_left_over(sandbox_provider: str | None) -> None:
    document = composed(sandbox_provider=sandbox_provider)
    used = set(re.findall(r'"#/components/(\w+)/(\w+)"', json.dumps(document)))

    there = {
        (kind, name)
        for kind, found in document["components"].items()
        if kind != "securitySchemes"
        for name in found
    }
    unused_headers = {("headers", name) for name in ("Deprecation", "Sunset", "MigrationGuide")}
    assert used - there == set()
    assert there - used <= unused_headers


def test_operation_ids_are_unique() -> None:
    names = [each.body["operationId"] for each in operations(composed())]
    assert len(names) == len(set(names))


def test_every_example_keeps_its_schema(document: Json) -> None:
    looked_at = 0
    for operation in operations(document):
        contents = [answer.get("content", {}) for answer in operation.answers.values()]
        contents.append(operation.body.get("requestBody", {}).get("content", {}))
        for content in contents:
            for media in content.values():
                for schema, value in examples(document, media):
                    looked_at += 1
                    assert faults(document, schema, value) == [], operation.name
    assert looked_at > 100


def test_every_parameters_example_keeps_its_schema(document: Json) -> None:
    for operation in operations(document):
        for parameter in operation.body.get("parameters", []):
            if "example" in parameter:
                wrong = faults(document, parameter["schema"], parameter["example"])
                assert wrong == [], (operation.name, parameter["name"])


def test_every_answer_has_the_interaction_id(document: Json) -> None:
    for operation in operations(document):
        for status, answer in operation.answers.items():
            assert f"{PREFIX}interaction-id" in answer["headers"], (operation.name, status)


def test_every_data_answer_has_an_example(document: Json) -> None:
    for operation in operations(document, "Products"):
        media = operation.answers["200"]["content"].get("application/json")
        assert media is None or "example" in media, operation.name


@pytest.mark.parametrize(
    ("schema", "endpoint"),
    [("AccountsInfo", "accounts-info"), ("Balances", "balances"), ("Accounts", "accounts")],
)
def test_account_schemas_have_the_fields_of_the_product(schema: str, endpoint: str) -> None:
    document = composed()
    components = document["components"]["schemas"]
    entries = components[schema]["properties"]["accounts"]["items"]["oneOf"]
    by_category = {name: each for entry in entries for name, each in entry["properties"].items()}
    known = {field for each in components.values() for field in properties(document, each)}

    assert set(by_category) == CATEGORIES
    product = ENDPOINTS[endpoint]
    for category, account in by_category.items():
        told = properties(document, account)
        assert {field for field in told if not allowed(product, category, field)} == set()
        if endpoint != "accounts":
            # The last lets out whatever no product knows; these have a closed list.
            assert {field for field in known if allowed(product, category, field)} == told


@pytest.mark.parametrize(
    ("schema", "form"),
    [
        ("Customer", forms.CUSTOMER),
        ("AccountContact", forms.ACCOUNT_CONTACT),
        ("PaymentNetwork", forms.PAYMENT_NETWORK),
        ("TaxLot", forms.TAX_LOT),
    ],
)
def test_schemas_have_the_members_that_may_leave(schema: str, form: forms.Object) -> None:
    document = composed()
    assert told(document, document["components"]["schemas"][schema]) == members(form)


def told(document: Json, schema: Json) -> set[str]:
    """Paths of all members in a schema, such as ``name.first``."""
    schema = resolved(document, schema)
    found: set[str] = set()
    for name, each in schema.get("properties", {}).items():
        found |= {name, *(f"{name}.{inner}" for inner in told(document, each))}
    for part in (*schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])):
        found |= told(document, part)
    return found | (told(document, schema["items"]) if "items" in schema else set())


def members(form: forms.Form) -> set[str]:
    """The same of a form."""
    if isinstance(form, forms.Object):
        return {
            path
            for name, each in form.members.items()
            for path in (name, *(f"{name}.{inner}" for inner in members(each)))
        }
    if isinstance(form, forms.Array):
        return {path for each in form.entries for path in members(each)}
    return set()


def test_document_follows_the_settings() -> None:
    document = composed(brand="Right of Way", header_prefix="x-row-")

    assert document["info"]["title"] == "Right of Way API"
    assert document["servers"] == [{"url": "https://network.example.test"}]
    assert "x-akoya-" not in json.dumps(document)
    assert "x-row-last-access" in json.dumps(document)


def test_a_network_without_a_sandbox_speaks_of_none() -> None:
    text = json.dumps(composed(sandbox_provider=None))

    assert "/sandbox/" not in text
    assert "x-sandbox-fault" not in text


def test_v2_is_marked_once_its_end_is_set() -> None:
    before, after = composed(), composed(versions=with_deprecation("v2", date(2027, 1, 1)))

    for operation in operations(before, "Products v2"):
        assert "deprecated" not in operation.body
    for operation in operations(after, "Products v2"):
        assert operation.body["deprecated"] is True
        for answer in operation.answers.values():
            assert {"Deprecation", "Sunset", "Link"} <= set(answer["headers"])
    for operation in operations(after, "Products v3"):
        assert "deprecated" not in operation.body
