"""The product API's schemas: validation, and which fields a category has in a product."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_SCHEMAS = json.loads((Path(__file__).parents[1] / "contract" / "schemas.json").read_text())
_DEFINITIONS: dict[str, Any] = _SCHEMAS["$defs"]
_URI = "urn:contract"
_REGISTRY: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(_SCHEMAS))

OPERATIONS = {
    "accounts-info": "get-accounts-info",
    "balances": "get-balances",
    "accounts": "get-accounts",
}


def faults(definition: str, document: object) -> list[str]:
    """How `document` breaks the schema of that name; empty where it keeps it."""
    found = _validator(definition).iter_errors(document)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


@cache
def fields(endpoint: str, category: str) -> frozenset[str]:
    """The fields that an account of `category` may have in an endpoint's answer."""
    entries = _DEFINITIONS[f"strict.{OPERATIONS[endpoint]}"]["properties"]["accounts"]["items"]
    schema = next(
        entry["properties"][category]
        for entry in entries["oneOf"]
        if category in entry["properties"]
    )
    return frozenset(_properties(schema))


@cache
def _validator(definition: str) -> Draft202012Validator:
    schema = {"$ref": f"{_URI}#/$defs/{definition}"}
    return Draft202012Validator(schema, registry=_REGISTRY)


def _properties(schema: dict[str, Any]) -> set[str]:
    found = set(schema.get("properties", {}))
    if "$ref" in schema:
        found |= _properties(_DEFINITIONS[schema["$ref"].rpartition("/")[2]])
    for word in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(word, []):
            found |= _properties(part)
    return found
