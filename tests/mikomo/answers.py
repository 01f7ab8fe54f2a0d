"""What the network may rely on in an answer."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import requests

_SCHEMAS = json.loads((Path(__file__).parent / "answer_schemas.json").read_text())
_FORMATS = jsonschema.Draft202012Validator.FORMAT_CHECKER

ALL_SCOPES = "openid offline_access accounts customer tax"


def check(answer: object, schema: str) -> None:
    """Fail with the path of what does not fit the schema of this name."""
    reference = {"$ref": f"#/$defs/{schema}", **_SCHEMAS}
    jsonschema.Draft202012Validator(reference, format_checker=_FORMATS).validate(answer)


def refusal(answer: requests.Response) -> tuple[int, int]:
    """Status and FDX code of a refusal that has the documented form and says what was expected."""
    body: dict[str, Any] = answer.json()
    check(body, "v24.error")
    assert type(body["code"]) is int
    assert body["message"]
    assert body["debugMessage"].startswith("expected"), body
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, body["code"]
