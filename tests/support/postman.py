"""Runs a Postman collection from top to bottom, as far as its requests and scripts use Postman."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

Json = dict[str, Any]

_VARIABLE = re.compile(r"{{(\$?\w+)}}")
_STATUS = re.compile(r'pm\.test\("[^"]+", \(\) => pm\.response\.to\.have\.status\((\d+)\)\);')
_KEPT = re.compile(r'pm\.environment\.set\("(\w+)", body((?:\??\.\w+|\[\d+\])+)(?: \?\? "")?\);')
_STEP = re.compile(r"\??\.(\w+)|\[(\d+)\]")


@dataclass(frozen=True)
class Outcome:
    """What a request was answered, and what its script expects."""

    name: str
    expected: int
    response: requests.Response


class Runner:
    """Keeps the variables; `reach` turns a public URL into one that answers on this machine."""

    def __init__(self, environment: Json, **variables: str) -> None:
        self.variables = {each["key"]: each["value"] for each in environment["values"]}
        self.variables.update(variables)

    def run(self, items: list[Json]) -> Iterator[Outcome]:
        """Each request of the folders, in order."""
        for item in items:
            if "item" in item:
                yield from self.run(item["item"])
            else:
                yield self._send(item)

    def _send(self, item: Json) -> Outcome:
        request = item["request"]
        follow = item.get("protocolProfileBehavior", {}).get("followRedirects", True)
        headers = {
            each["key"]: self.filled(each["value"])
            for each in request["header"]
            if not each["disabled"]
        }
        body, kind = request.get("body"), None
        data: Any = None
        if body is not None and body["mode"] == "urlencoded":
            data = {each["key"]: self.filled(each["value"]) for each in body["urlencoded"]}
        elif body is not None:
            data, kind = self.filled(body["raw"]).encode(), body["options"]["raw"]["language"]
        if kind == "json":
            headers["content-type"] = "application/json"
        auth = {each["key"]: self.filled(each["value"]) for each in self._auth(request["auth"])}
        if "token" in auth:
            headers["authorization"] = f"Bearer {auth['token']}"
        basic = (auth["username"], auth["password"]) if "username" in auth else None
        response = requests.request(
            request["method"],
            self.filled(request["url"]["raw"]),
            headers=headers,
            data=data,
            auth=basic,
            allow_redirects=follow,
            timeout=60,
        )
        return self._test(item, response)

    def filled(self, text: str) -> str:
        """The text with its variables' values; one that is unknown is a fault of the collection."""

        def value(found: re.Match[str]) -> str:
            if found[1] == "$isoTimestamp":
                return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            return self.variables[found[1]]

        return _VARIABLE.sub(value, text)

    @staticmethod
    def _auth(auth: Mapping[str, Any]) -> list[Json]:
        found: list[Json] = auth.get(auth["type"], [])
        return found

    def _test(self, item: Json, response: requests.Response) -> Outcome:
        (event,) = item["event"]
        first, *rest = event["script"]["exec"]
        status = _STATUS.fullmatch(first)
        assert status is not None, first
        outcome = Outcome(item["name"], int(status[1]), response)
        if rest and response.status_code == outcome.expected:
            assert rest[0] == "const body = pm.response.json();", rest[0]
            for line in rest[1:]:
                kept = _KEPT.fullmatch(line)
                assert kept is not None, line
                self.variables[kept[1]] = _at(response.json(), kept[2])
        return outcome


def _at(body: Any, where: str) -> str:
    for name, index in _STEP.findall(where):
        body = body[int(index)] if index else (body or {}).get(name)
    return body or ""
