"""Parameters of the product calls: paths, queries and headers."""

from typing import Any

from easement.products.model import Version
from easement.reference.products import EXAMPLE_IDS, HOLDING_ACCOUNT, ProductCall

Json = dict[str, Any]

_PATH = {
    "accountId": "One of the shared accounts, as the account lists name it.",
    "holdingId": "As `/accounts` names it.",
    "statementId": "As the list of statements names it.",
    "taxFormId": "As the search names it; or an accountId.",
}
_MOMENT = {"type": "string", "examples": ["2026-01-31T00:00:00Z", "2026-01-31"]}
_QUERY: dict[str, Json] = {
    "accountIds": {
        "description": "Up to 100 ids, comma separated; all shared accounts when absent.",
        "schema": {"type": "string"},
    },
    "mode": {
        "description": (
            "`raw`: values as the bank wrote them. `standard`: FDX's words and RFC 3339 in UTC, on "
            "accounts and transactions; taken and without effect elsewhere."
        ),
        "schema": {"type": "string", "enum": ["raw", "standard"], "default": "raw"},
    },
    "offset": {
        "description": "Entries to pass over; or what a link of the list says.",
        "schema": {"type": "string", "default": "0", "pattern": "^[0-9]{1,9}$"},
    },
    "limit": {
        "description": "Entries of a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 500, "default": 50},
    },
    "startTime": {
        "description": (
            "RFC 3339, in any zone; a date alone is its first second in UTC. Comes with `endTime`. "
            "A `+` is sent as `%2B`."
        ),
        "schema": _MOMENT,
    },
    "endTime": {
        "description": "RFC 3339; a date alone is its last second in UTC. Comes with `startTime`.",
        "schema": _MOMENT,
    },
    "taxYear": {
        "description": "All years when absent.",
        "schema": {"type": "string", "pattern": "^[0-9]{4}$"},
    },
    "taxForms": {
        "description": "Names such as Tax1099Div, comma separated; all forms when absent.",
        "schema": {"type": "string"},
    },
    "accountId": {
        "description": "Only forms of this account.",
        "schema": {"type": "string"},
    },
    "taxDataType": {
        "description": "`BASE64_PDF` adds each form's PDF to its data.",
        "schema": {"type": "string", "enum": ["JSON", "BASE64_PDF"]},
    },
    "resultType": {
        "description": "`lightweight` leaves the forms' fields to the bank's choice.",
        "schema": {"type": "string", "enum": ["lightweight", "details"]},
    },
}


def parameters(
    call: ProductCall, version: Version, *, header_prefix: str, example_provider: str | None
) -> list[Json]:
    """All of a call's parameters, in the order in which they stand in a request.

    Example values are given where there is an `example_provider`, the sandbox bank.
    """
    examples = {} if example_provider is None else example_ids(call, example_provider)
    names = ["providerId", *(name for name in _PATH if f"{{{name}}}" in call.path)]
    path = [_in_path(name, examples.get(name)) for name in names]
    wanted = dict(call.example_query) if example_provider is not None else {}
    query = [_in_query(name, wanted.get(name)) for name in call.query]
    return [*path, *query, *_headers(version, header_prefix, in_sandbox=bool(examples))]


def example_ids(call: ProductCall, example_provider: str) -> dict[str, str]:
    """The ids in the path of the call's example request."""
    ids = {"providerId": example_provider, **EXAMPLE_IDS}
    if "{holdingId}" in call.path:
        ids["accountId"] = HOLDING_ACCOUNT
    return ids


def _in_path(name: str, example: str | None) -> Json:
    words = _PATH.get(name, "The provider, as in the token.")
    schema = {"type": "string", "minLength": 1}
    found: Json = {"name": name, "in": "path", "required": True, "description": words}
    return found | {"schema": schema} | ({} if example is None else {"example": example})


def _in_query(name: str, example: str | None) -> Json:
    found = {"name": name, "in": "query", **_QUERY[name]}
    if example is None:
        return found
    return found | {"example": int(example) if name == "limit" else example}


def _headers(version: Version, prefix: str, *, in_sandbox: bool) -> list[Json]:
    found: list[Json] = [
        {
            "name": f"{prefix}interaction-type",
            "in": "header",
            "required": version.interaction_type_required,
            "description": "Whether a person waits for the answer (`user`) or not, in any case.",
            "schema": {"type": "string", "enum": ["user", "batch"]},
            "example": "user",
        }
    ]
    if version.last_access_required:
        found.append(
            {
                "name": f"{prefix}last-access",
                "in": "header",
                "required": True,
                "description": "When a person last used the app, in UTC.",
                "schema": {"type": "string", "format": "date-time"},
                "example": "2026-01-15T08:30:00Z",
            }
        )
    if version.intent_type_rules:
        found.append(
            {
                "name": f"{prefix}intent-type",
                "in": "header",
                "required": False,
                "description": (
                    "Required of an app with payments; others may say `nonpayments` alone."
                ),
                "schema": {"type": "string", "enum": ["payments", "nonpayments"]},
                "example": "nonpayments",
            }
        )
    if in_sandbox:
        found.append(
            {
                "name": "x-sandbox-fault",
                "in": "header",
                "required": False,
                "description": (
                    "Breaks the bank for this one call: `latency=2500`, `status=503`, `truncate`, "
                    "`malformed`, `reset` or `outage`."
                ),
                "schema": {
                    "type": "string",
                    "pattern": "^(latency=[0-9]{1,4}|status=[45][0-9]{2}"
                    "|truncate|malformed|reset|outage)$",
                },
            }
        )
    return found
