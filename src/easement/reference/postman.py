"""A Postman collection (format 2.1) and its environment, made of the OpenAPI document.

Requests stand in an order in which they can be run from top to bottom; small scripts keep tokens,
ids and links for the ones that follow.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from easement.reference.document import Surroundings
from easement.reference.products import EXAMPLE_IDS, EXAMPLE_USER, HOLDING_ACCOUNT

Json = dict[str, Any]

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_MINT = "sandboxTokens"
_FIRST = ("authorize", "token")
_LAST = ("resetSandbox",)
_OF_OTHERS = ("authorizeByForm", "pushAuthorizationRequest", "serviceToken", "logout",
              "logoutByForm", "providerJwks", "userinfoByForm")  # fmt: skip
"""What a browser, a bank, or an app of another kind does."""

_TOKEN_SET = {
    name: f"body.{name}" for name in ("id_token", "access_token", "refresh_token", "grant_id")
}
_LINKS = {f"links_{way}": f'body.links?.{way}?.href ?? ""' for way in ("next", "prev")}
_KEPT: Mapping[str, Mapping[str, str]] = {
    _MINT: _TOKEN_SET,
    "token": _TOKEN_SET,
    "transactions": _LINKS,
    "statements": {"statementId": "body.statements[0].statementId"},
    "taxForms": {"taxFormId": "body.statements[0].forms[0].tax1099Int.taxFormId"},
    "breakSandboxBank": {"fault_id": "body.id"},
}
"""What later requests need of an answer, by operation: variables and where they stand."""

_SENT: Mapping[str, Mapping[str, str]] = {
    "accountsInfo": {"accountIds": "{{accountId}}"},
    "balances": {"accountIds": "{{accountId}}"},
    "accounts": {"accountIds": "{{investmentAccountId}}"},
    "transactions": {"limit": "2"},
    "statements": {"limit": "2"},
    "taxLots": {"limit": "2"},
    "taxForms": {"taxForms": "Tax1099Int"},
    "sandboxCalls": {"limit": "10"},
    "authorize": {
        "connector": "{{connector}}",
        "client_id": "{{client_id}}",
        "redirect_uri": "{{redirect_uri}}",
        "response_type": "code",
        "scope": "openid offline_access",
        "state": "any",
    },
}
"""The query that is sent; all other parameters are there, switched off."""

_FORMS: Mapping[str, list[tuple[str, Mapping[str, str]]]] = {
    "token": [
        (
            "Exchange a code",
            {
                "grant_type": "authorization_code",
                "code": "{{code}}",
                "redirect_uri": "{{redirect_uri}}",
            },
        ),
        (
            "Exchange a refresh token",
            {"grant_type": "refresh_token", "refresh_token": "{{refresh_token}}"},
        ),
    ],
    "revoke": [
        ("End a permission", {"token": "{{refresh_token}}", "token_type_hint": "refresh_token"})
    ],
    "introspect": [("What a token is worth", {"token": "{{refresh_token}}"})],
    _MINT: [("A token set without a browser", {"user": "{{user}}"})],
}


def collection(document: Json, around: Surroundings) -> Json:
    """The collection."""
    operations = list(_operations(document))
    newest = f"Products {_newest(around)}"
    authorization = [each for each in operations if each["tags"] == ["Authorization"]]
    sandbox = [each for each in operations if each["tags"] == ["Sandbox"]]
    known = {*_FIRST, *_OF_OTHERS, "revoke"}
    first = [
        *(each for each in sandbox if each["operationId"] == _MINT),
        *(each for each in authorization if each["operationId"] in _FIRST),
        *(each for each in authorization if each["operationId"] not in known),
    ]
    products = [each for each in operations if each["tags"] == [newest]]
    folders = [
        ("Authorization", "{{idp_url}}", [each for each in first if "Alias" not in _id(each)]),
        ("Products", "{{products_url}}", products),
        ("Sandbox", "{{products_url}}", _in_order(sandbox)),
        ("End", "{{permission_url}}", [each for each in authorization if _id(each) == "revoke"]),
    ]
    return {
        "info": {
            "name": document["info"]["title"],
            "description": "Fill client_id and client_secret of the environment, then run from "
            "top to bottom.",
            "schema": _SCHEMA,
        },
        "item": [
            {"name": name, "item": [item for each in found for item in _items(each, base)]}
            for name, base, found in folders
            if found
        ],
    }


def environment(_document: Json, around: Surroundings) -> Json:
    """The variables; secrets are left to whoever has them."""
    in_sandbox = around.sandbox_provider is not None
    ids = {**EXAMPLE_IDS, "investmentAccountId": HOLDING_ACCOUNT, "user": EXAMPLE_USER}
    values = {
        **dict.fromkeys(("idp_url", "products_url", "permission_url"), around.public_url),
        "connector": around.sandbox_provider or "",
        "providerId": around.sandbox_provider or "",
        "version": _newest(around),
        "redirect_uri": "http://localhost:3000/callback" if in_sandbox else "",
        **{name: value if in_sandbox else "" for name, value in ids.items()},
        **dict.fromkeys(("links_next", "links_prev", "grant_id", "fault_id"), ""),
    }
    secrets = ("client_id", "client_secret", "code", "id_token", "access_token", "refresh_token")
    return {
        "name": f"{around.brand} at {around.public_url}",
        "values": [
            *(_variable(name, value, "default") for name, value in values.items()),
            *(_variable(name, "", "secret") for name in (*secrets, "control_token")),
        ],
        "_postman_variable_scope": "environment",
    }


def _newest(around: Surroundings) -> str:
    return max(around.versions)


def _variable(name: str, value: str, kind: str) -> Json:
    return {"key": name, "value": value, "type": kind, "enabled": True}


def _operations(document: Json) -> Iterator[Json]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield {**operation, "path": path, "method": method.upper()}


def _id(operation: Json) -> str:
    """The operation's name without its version."""
    name: str = operation["operationId"]
    return re.sub(r"V\d+$", "", name)


def _in_order(sandbox: list[Json]) -> list[Json]:
    """What ends something comes last, and the clock after all that needs a token."""

    def late(operation: Json) -> int:
        order = ("revokeSandboxGrant", "changeSandboxApp", "moveSandboxClock", *_LAST)
        name = operation["operationId"]
        return order.index(name) + 1 if name in order else 0

    # A single fault is healed while it is there.
    found = [each for each in sandbox if each["operationId"] != _MINT]
    heal_all = [each for each in found if each["operationId"] == "healSandboxBank"]
    rest = [each for each in found if each["operationId"] != "healSandboxBank"]
    return sorted([*rest, *heal_all], key=late)


def _items(operation: Json, base: str) -> Iterator[Json]:
    name = _id(operation)
    if name in _FORMS:
        for title, form in _FORMS[name]:
            yield _item(operation, base, title, form)
        return
    yield _item(operation, base, operation["summary"], None)
    if name == "transactions":
        for title, link in (("Next page", "links_next"), ("Previous page", "links_prev")):
            page = {**operation, "path": "", "parameters": _without_query(operation)}
            yield _item(page, f"{base}{{{{{link}}}}}", title, None)


def _without_query(operation: Json) -> list[Json]:
    return [each for each in operation["parameters"] if each["in"] == "header"]


def _item(operation: Json, base: str, title: str, form: Mapping[str, str] | None) -> Json:
    request: Json = {
        "method": operation["method"],
        "description": operation.get("description", ""),
        "header": _headers(operation),
        "auth": _auth(operation),
        "url": _url(operation, base),
    }
    body = _body(operation, form)
    if body is not None:
        request["body"] = body
    item: Json = {"name": title, "request": request, "event": [_test(operation)]}
    if "302" in operation["responses"]:
        item["protocolProfileBehavior"] = {"followRedirects": False}
    return item


def _url(operation: Json, base: str) -> Json:
    sent = _SENT.get(_id(operation), {})
    path = operation["path"]
    if operation["tags"][0].startswith("Products"):
        path = re.sub(r"/v\d+/", "/{{version}}/", path, count=1)
    path = re.sub(r"(?<!{){(\w+)}(?!})", r"{{\1}}", path)
    if _id(operation) == "taxLots":
        path = path.replace("{{accountId}}", "{{investmentAccountId}}")
    query = [
        {
            "key": each["name"],
            "value": sent.get(each["name"], str(each.get("example", ""))),
            "disabled": each["name"] not in sent,
            "description": each.get("description", ""),
        }
        for each in operation.get("parameters", [])
        if each["in"] == "query"
    ]
    enabled = "&".join(f"{each['key']}={each['value']}" for each in query if not each["disabled"])
    raw = f"{base}{path}" + (f"?{enabled}" if enabled else "")
    found = {"raw": raw, "host": [base], "path": path.lstrip("/").split("/") if path else []}
    return found | ({"query": query} if query else {})


def _headers(operation: Json) -> list[Json]:
    found = [
        {
            "key": each["name"],
            "value": "{{$isoTimestamp}}"
            if each["schema"].get("format") == "date-time"
            else str(each.get("example", "")),
            "disabled": "example" not in each,
        }
        for each in operation.get("parameters", [])
        if each["in"] == "header"
    ]
    accepted = list(operation["responses"].get("200", {}).get("content", {}))
    if accepted and "application/json" not in accepted:
        found.append({"key": "Accept", "value": accepted[0], "disabled": False})
    return found


def _auth(operation: Json) -> Json:
    schemes = [name for each in operation["security"] for name in each]
    if not schemes:
        return {"type": "noauth"}
    if schemes[0] == "client":
        pairs = (("username", "{{client_id}}"), ("password", "{{client_secret}}"))
        return {"type": "basic", "basic": [_pair(key, value) for key, value in pairs]}
    token = "control_token" if schemes[0] == "control" else schemes[0]
    return {"type": "bearer", "bearer": [_pair("token", f"{{{{{token}}}}}")]}


def _pair(key: str, value: str) -> Json:
    return {"key": key, "value": value, "type": "string"}


def _body(operation: Json, form: Mapping[str, str] | None) -> Json | None:
    if form is not None:
        fields = [{"key": key, "value": value, "type": "text"} for key, value in form.items()]
        return {"mode": "urlencoded", "urlencoded": fields}
    if "requestBody" not in operation:
        return None
    example = operation["requestBody"]["content"]["application/json"]["example"]
    language = {"raw": {"language": "json"}}
    return {"mode": "raw", "raw": json.dumps(example, indent=2), "options": language}


def _test(operation: Json) -> Json:
    status = min(operation["responses"])
    lines = [
        f'pm.test("answers {status}", () => pm.response.to.have.status({status}));',
    ]
    kept = _KEPT.get(_id(operation))
    if kept:
        lines.append("const body = pm.response.json();")
        lines += [f'pm.environment.set("{name}", {where});' for name, where in kept.items()]
    return {"listen": "test", "script": {"type": "text/javascript", "exec": lines}}
