"""Requests generated from an OpenAPI document, sent to a network that runs, and judged by it."""

from collections.abc import Callable, Mapping
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.openapi import Json

_CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# A failure that is told as such is documented; a plain 500 would be ours.
_TOLD = {501, 502, 503}
_TIMEOUT_S = 30


def schema_of(document: Json) -> Any:
    """The document as generator of requests."""
    return schemathesis.openapi.from_dict(document)


def send_generated(
    schema: Any,
    *,
    url: str,
    path: str,
    method: str,
    mode: GenerationMode,
    count: int,
    headers: Callable[[Case], Mapping[str, str]],
    after: Callable[[], None] = lambda: None,
) -> list[requests.Response]:
    """Send `count` requests of one operation, always the same ones; raises at what the document
    does not tell. `headers` are sent in place of generated ones, `after` runs after each."""
    answers: list[requests.Response] = []
    operation = schema[path][method.upper()]

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        try:
            answer = case.call(
                base_url=url, headers=dict(headers(case)), timeout=_TIMEOUT_S, allow_redirects=False
            )
            answers.append(answer)
            case.validate_response(answer, checks=_CHECKS)
            told = answer.status_code < 500 or answer.status_code in _TOLD
            assert told, f"{answer.status_code}: {answer.text[:300]}"
        finally:
            after()

    send()
    return answers
