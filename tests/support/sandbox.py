"""The control API as a developer's test calls it."""

from typing import Any

import requests

from tests.support.network import RunningNetwork


class SandboxControl:
    """Requests to `/sandbox/v1` with the control token."""

    def __init__(self, network: RunningNetwork) -> None:
        self._url = f"{network.url}/sandbox/v1"
        self._headers = {"authorization": f"Bearer {network.secrets.control_token}"}

    def send(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> requests.Response:
        """One request; a body goes as JSON."""
        sent = {**self._headers, **headers}
        return requests.request(method, self._url + path, json=body, headers=sent, timeout=60)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The decoded answer of a request that must succeed; None where it is empty."""
        answer = self.send(method, path, body)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def mint(self, **form: str) -> requests.Response:
        """Ask for tokens without a client."""
        return requests.post(f"{self._url}/tokens", data=form, headers=self._headers, timeout=60)
