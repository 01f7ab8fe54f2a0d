"""Reading an OpenAPI document: its operations, and what a schema in it says of a value."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from easement.products.catalogue import VERSIONS
from easement.reference.document import Surroundings, compose

Json = dict[str, Any]
_URI = "urn:document"


@cache
def own_document() -> Json:
    """Everything that a network with the sandbox tells of itself; not to be changed."""
    around = Surroundings("Easement", "http://localhost", "x-akoya-", VERSIONS, "mikomo")
    return compose(around, VERSIONS.values())


@dataclass(frozen=True)
class Operation:
    """One method of one path, with its answers spelled out."""

    method: str
    path: str
    body: Json
    answers: dict[str, Json]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"


def operations(document: Json, tag: str = "") -> list[Operation]:
    """Those whose tag begins so."""
    return [
        Operation(
            method,
            path,
            operation,
            {s: resolved(document, answer) for s, answer in operation["responses"].items()},
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation["tags"][0].startswith(tag)
    ]


def resolved(document: Json, part: Json) -> Json:
    """What a reference refers to; anything else is itself."""
    while "$ref" in part:
        found = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        part = found
    return part


def faults(document: Json, schema: Json, value: object) -> list[str]:
    """How `value` breaks the schema; empty where it keeps it."""
    registry: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(document))
    validator = Draft202012Validator(_absolute(schema), registry=registry)
    return [f"{e.json_path}: {e.message[:200]}" for e in validator.iter_errors(value)]


def examples(document: Json, media: Json) -> Iterator[tuple[Json, object]]:
    """Each example of a media type with the schema it must keep."""
    if "example" in media:
        yield media["schema"], media["example"]
    for each in media.get("examples", {}).values():
        yield media["schema"], resolved(document, each)["value"]


def _absolute(part: Any) -> Any:
    """References made to lead into the registered document."""
    if isinstance(part, dict):
        return {
            name: f"{_URI}{value}" if name == "$ref" else _absolute(value)
            for name, value in part.items()
        }
    return [_absolute(each) for each in part] if isinstance(part, list) else part
