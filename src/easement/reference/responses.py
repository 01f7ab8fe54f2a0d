"""Answers that many calls share, and the headers on all of them."""

from collections.abc import Iterable
from typing import Any

from easement.fdx.codes import ErrorCode
from easement.products.model import Version

Json = dict[str, Any]

_STATUSES = {
    400: "Something in the request is not as expected.",
    401: "The id_token does not count: absent, expired, revoked or of another provider.",
    403: "No subscription to the provider or product; or a path or version that does not exist.",
    404: "What the path or query names is not there, or not shared with the app.",
    405: "Product calls are GET.",
    406: "Accept excludes all that this call answers in.",
    408: "The bank did not answer in time.",
    409: "The state of the account or form does not allow it.",
    422: "The bank does not do this for this type of account.",
    429: "Too many calls in a second; Retry-After says when there is room.",
    500: "The bank, or the network, has failed.",
    501: "The provider does not have this product.",
    503: "The network or the bank cannot work right now.",
}
_HEADERS = {401: "WwwAuthenticate", 405: "Allow", 429: "RetryAfter", 503: "RetryAfter"}


def header_names(version: Version) -> dict[str, str]:
    """Headers of every answer of a version, by their component."""
    if version.deprecated_at is None:
        return {}
    found = {"Deprecation": "Deprecation", "Link": "MigrationGuide"}
    return found if version.sunset_at is None else found | {"Sunset": "Sunset"}


def headers() -> Json:
    """The header components."""
    return {
        "InteractionId": _header("Names the call in logs and to support; on every answer."),
        "RetryAfter": _header(
            "Whole seconds to wait.", is_certain=False, schema={"type": "integer"}
        ),
        "WwwAuthenticate": _header("The scheme that is expected (RFC 9110)."),
        "Allow": _header("The methods that there are."),
        "Deprecation": _header("RFC 9745: since when the version is deprecated."),
        "Sunset": _header("RFC 8594: from when on the version is not served any more."),
        "MigrationGuide": _header("Where it says how to move to the newer version."),
        "ContentDisposition": _header("The name to save the file under."),
    }


def errors(found: Iterable[ErrorCode], components: Json) -> dict[str, Json]:
    """A reference for each status; what it refers to is put into `components`."""
    by_status: dict[int, list[ErrorCode]] = {}
    for code in found:
        by_status.setdefault(code.status, []).append(code)
    return {str(status): _error(status, by_status[status], components) for status in by_status}


def shared() -> Json:
    """Answers of the surfaces that are no product calls."""
    return {
        "Tokens": {
            "description": "A token set.",
            "headers": {"cache-control": {"schema": {"type": "string"}}},
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/TokenResponse"},
                    "example": _TOKENS,
                }
            },
        },
        "OAuthRefusal": _json("Refused; RFC 6749 5.2.", "OAuthError", _REFUSED),
        "ControlRefusal": _json("Refused; the message says what was expected.", "ControlError",
                                _UNAUTHORIZED),
        "Page": {
            "description": "A page that tells the consumer what happened.",
            "content": {
                "text/html": {"schema": {"type": "string"}},
                # Some are told in JSON to who does not ask for a page.
                "application/json": {"schema": {"$ref": "#/components/schemas/Error"}},
            },
        },
    }  # fmt: skip


_TOKENS = {
    "token_type": "bearer",
    "expires_in": 86399,
    "id_token": "eyJhbGciOiJSUzI1NiIs...",
    "access_token": "n6Wq...",
    "grant_id": "grant_93a929b0e95019a4e6af0efd1c54b952",
    "scope": "openid offline_access",
    "refresh_token": "Cq0r...",
}
_REFUSED = {"error": "invalid_client", "error_description": "Invalid client credentials."}
_UNAUTHORIZED = {
    "error": "unauthorized",
    "message": "Expected `Authorization: Bearer CONTROL_TOKEN`; `easement serve` prints the token, "
    "and sandbox.json in the data directory has it.",
}


def _error(status: int, found: list[ErrorCode], components: Json) -> Json:
    codes = sorted({code.code for code in found})
    name = f"Error{status}With{'And'.join(map(str, codes))}"
    examples = {
        _key(code): {
            "summary": f"{code.code} {code.message}",
            "value": {"code": code.code, "message": code.message},
        }
        for code in found
    }
    response: Json = {
        "description": _STATUSES[status],
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Error"},
                "examples": examples,
            }
        },
    }
    if status in _HEADERS:
        header = _HEADERS[status]
        names = {"WwwAuthenticate": "www-authenticate", "Allow": "allow"}
        response["headers"] = {
            names.get(header, "retry-after"): {"$ref": f"#/components/headers/{header}"}
        }
    components[name] = response
    return {"$ref": f"#/components/responses/{name}"}


def _key(code: ErrorCode) -> str:
    words = "".join(each for each in code.message.title() if each.isalnum())
    return f"{code.code}{words}"


def _json(description: str, schema: str, example: Json) -> Json:
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}
    return {"description": description, "content": {"application/json": content}}


def _header(description: str, *, is_certain: bool = True, schema: Json | None = None) -> Json:
    return {
        "description": description,
        "required": is_certain,
        "schema": schema or {"type": "string"},
    }
