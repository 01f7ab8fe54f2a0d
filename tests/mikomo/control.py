"""A developer's hand on a bank that serves the control API."""

from dataclasses import dataclass
from typing import Any

import requests

TOKEN = "a control token for tests"


@dataclass
class Control:
    url: str
    token: str = TOKEN

    def call(self, method: str, path: str, body: object = None) -> requests.Response:
        return requests.request(
            method,
            f"{self.url}/control{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=10,
        )

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def break_(self, **fault: object) -> str:
        answer = self.call("POST", "/faults", fault)
        assert answer.status_code == 201, answer.text
        fault_id: str = answer.json()["id"]
        return fault_id

    def move(self, seconds: int) -> None:
        assert self.call("PUT", "/clock", {"offsetSeconds": seconds}).status_code == 200

    def reset(self) -> None:
        assert self.call("POST", "/reset").status_code == 204

    def connection(self, token: str) -> dict[str, Any]:
        answer = self.call("POST", "/connections/lookup", {"token": token})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def calls(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.get("/calls")["calls"]
        return listed
