"""The OpenAPI 3.1 document, composed of the written parts and the tables of the catalogue."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from easement.products.catalogue import PRODUCTS
from easement.products.model import Version
from easement.reference.parameters import parameters
from easement.reference.products import CALLS, EXAMPLE_USER, JSON, ProductCall
from easement.reference.responses import errors, header_names, headers, shared

Json = dict[str, Any]

RECORDED_URL = "https://network.example.test"
RECORDED_VERSION = "v3"
"""Where and in which version the examples were recorded."""

_HERE = Path(__file__).parent
_TITLES = {endpoint: each.title for each in PRODUCTS.values() for endpoint in each.endpoints}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the document follows. `sandbox_provider` is the bank's id, if there is a sandbox."""

    brand: str
    public_url: str
    header_prefix: str
    versions: Mapping[str, Version]
    sandbox_provider: str | None


def compose(around: Surroundings, versions: Iterable[Version]) -> Json:
    """The document for the `versions` that are served now."""
    # Not needed, nor paid for, at start-up.
    from importlib.metadata import version as release_of

    components = {
        "securitySchemes": _security_schemes(in_sandbox=around.sandbox_provider is not None),
        "headers": headers(),
        "responses": shared(),
        "schemas": _schemas(),
    }
    paths: Json = {}
    tags = []
    for version in sorted(versions, key=lambda each: each.name, reverse=True):
        tags.append(_version_tag(version))
        for call in CALLS:
            path = f"/{call.endpoint}/{version.name}/{{providerId}}{call.path}"
            operation = _operation(call, version, around, components["responses"])
            paths[path] = {"get": operation}
    for name in ("authorization", *(["sandbox"] if around.sandbox_provider else [])):
        paths |= _written(f"paths/{name}.yaml")
        tags.append({"name": name.capitalize(), "description": _TAGS[name]})
    _name_apart(paths)
    _add_interaction_id(paths, components["responses"], f"{around.header_prefix}interaction-id")
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": f"{around.brand} API",
            "version": release_of("easement"),
            "description": _description(around),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": around.public_url}],
        "tags": tags,
        "paths": paths,
        "components": components,
    }
    return document if around.sandbox_provider else _without_unused(document)


def _operation(call: ProductCall, version: Version, around: Surroundings, responses: Json) -> Json:
    found: Json = {
        "operationId": f"{call.name}{version.name.upper()}",
        "tags": [_tag(version)],
        "summary": call.summary,
        "description": f"Product: {_TITLES[call.endpoint]}. {call.description}",
        "security": [{"id_token": []}],
        "parameters": parameters(
            call,
            version,
            header_prefix=around.header_prefix,
            example_provider=around.sandbox_provider,
        ),
        "responses": {
            **_answers(call, version, around.public_url),
            **errors(call.errors, responses),
        },
    }
    extra = header_names(version)
    if extra:
        found["deprecated"] = True
        found["responses"] = {
            status: _with_headers(responses, answer, extra)
            for status, answer in found["responses"].items()
        }
    return found


def _answers(call: ProductCall, version: Version, public_url: str) -> Json:
    content: Json = {}
    if call.schema is not None:
        content[JSON] = {"schema": {"$ref": f"#/components/schemas/{call.schema}"}}
        content[JSON]["example"] = example(call, version.name, public_url)
    content |= {each: {} for each in call.files}
    whole: Json = {"description": "What was asked for.", "content": content}
    if call.files and call.schema is None:
        disposition = {"$ref": "#/components/headers/ContentDisposition"}
        whole["headers"] = {"content-disposition": disposition}
    if not call.is_partial:
        return {"200": whole}
    part = {
        "description": "The same, but an account is missing or carries an error of its own.",
        "content": {JSON: {"schema": content[JSON]["schema"]}},
    }
    return {"200": whole, "206": part}


def example(call: ProductCall, version: str, public_url: str) -> Json:
    """The recorded answer to the call's example request, with the links of this network."""
    text = (_HERE / "examples" / f"{call.name}.json").read_text()
    found: Json = json.loads(
        text.replace(f"/{RECORDED_VERSION}/", f"/{version}/").replace(RECORDED_URL, public_url)
    )
    return found


def _with_headers(responses: Json, answer: Json, names: Mapping[str, str]) -> Json:
    """The answer spelled out, with headers beside its own."""
    if "$ref" in answer:
        answer = responses[answer["$ref"].rpartition("/")[2]]
    extra = {name: {"$ref": f"#/components/headers/{each}"} for name, each in names.items()}
    return {**answer, "headers": {**answer.get("headers", {}), **extra}}


def _add_interaction_id(paths: Json, responses: Json, name: str) -> None:
    answers = [
        *responses.values(),
        *(
            answer
            for methods in paths.values()
            for operation in methods.values()
            for answer in operation["responses"].values()
        ),
    ]
    for answer in answers:
        if "$ref" not in answer:
            answer.setdefault("headers", {})[name] = {"$ref": "#/components/headers/InteractionId"}


def _name_apart(paths: Json) -> None:
    """An operationId is used once: a second path to the same is its alias."""
    known: set[str] = set()
    for path in paths:
        # What YAML shares by an alias comes apart.
        paths[path] = json.loads(json.dumps(paths[path]))
        for operation in paths[path].values():
            if operation["operationId"] in known:
                operation["operationId"] += "Alias"
            known.add(operation["operationId"])


def _schemas() -> Json:
    found: Json = {}
    for file in sorted((_HERE / "schemas").glob("*.yaml")):
        found |= _written(f"schemas/{file.name}")
    one, many = ({"$ref": f"#/components/schemas/TaxStatement{each}"} for each in ("", "List"))
    found["TaxStatementOrList"] = {"anyOf": [one, many]}
    return found


def _written(name: str) -> Json:
    import yaml

    # The C loader where there is one: this is a second's work for the other.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: Json = yaml.load((_HERE / name).read_text(), loader)  # noqa: S506
    return found


def _security_schemes(*, in_sandbox: bool) -> Json:
    bearer = {"type": "http", "scheme": "bearer"}
    found: Json = {
        "id_token": {**bearer, "description": "The id_token of the token response."},
        "access_token": {**bearer, "description": "The access_token of the token response."},
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "client_id and client_secret.",
        },
    }
    if in_sandbox:
        found["control"] = {
            **bearer,
            "description": "The control token that `easement serve` prints.",
        }
    return found


def _tag(version: Version) -> str:
    return f"Products {version.name}"


def _version_tag(version: Version) -> Json:
    words = "Deprecated." if version.deprecated_at else ""
    if version.sunset_at:
        words = f"{words} Served until {version.sunset_at:%d %B %Y}."
    return {"name": _tag(version), "description": words or "Read what a consumer shared."}


_TAGS = {
    "authorization": "OAuth 2.0 and OpenID Connect: how an app gets and renews its tokens.",
    "sandbox": "The sandbox in your hand, from the machine it runs on.",
}


def _description(around: Surroundings) -> str:
    words = (
        "Account data from a bank to an app that its customer chose, for as long as they allow it. "
        "Every product call carries the id_token as bearer. Errors of product calls have an "
        "integer `code` beside the HTTP status; where several things are wrong, the first of this "
        "order answers: method, path and version, token, permission, subscription, product, "
        "headers, query, bank."
    )
    if around.sandbox_provider is None:
        return words
    return (
        f"{words}\n\nExamples are those of the sandbox user `{EXAMPLE_USER}`. `easement token "
        f"--user {EXAMPLE_USER}` prints a token set for them: put its id_token into Authorize, and "
        "every product call can be tried as it stands."
    )


def _without_unused(document: Json) -> Json:
    """Without the sandbox, some components are referred to by nobody."""
    document["components"]["responses"].pop("ControlRefusal")
    schemas = document["components"]["schemas"]
    while unused := [
        name for name in schemas if f'"#/components/schemas/{name}"' not in json.dumps(document)
    ]:
        for name in unused:
            del schemas[name]
    return document
