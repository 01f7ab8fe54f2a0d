"""A recipient's app: builds its authorization URL and calls the network's endpoints."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import requests

from easement.main.sandbox_credentials import AppCredentials
from tests.support.consumer import Consumer, query_of
from tests.support.network import RunningNetwork

TIMEOUT_S = 60
V3_HEADERS = {
    "x-akoya-interaction-type": "USER",
    "x-akoya-last-access": "2026-01-15T08:30:00Z",
    "x-akoya-intent-type": "nonpayments",
}

Tokens = dict[str, Any]
Credentials = Literal["basic", "body", "both", "none"]


@dataclass(frozen=True)
class RecipientApp:
    """One registered app at one network."""

    network: RunningNetwork
    credentials: AppCredentials

    @property
    def redirect_uri(self) -> str:
        """The redirect URI it uses unless told otherwise."""
        return self.credentials.redirect_uris[0]

    def authorization(self, **changes: str | None) -> dict[str, str]:
        """The parameters of `/auth`; a change to None leaves one out."""
        parameters: dict[str, str | None] = {
            "connector": "mikomo",
            "client_id": self.credentials.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid offline_access",
            "state": "an-app's state",
            **changes,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    def auth_url(self, **changes: str | None) -> str:
        """Where the app sends the consumer."""
        return f"{self.network.issuer}/auth?{urlencode(self.authorization(**changes))}"

    def code(self, consumer: Consumer, user: str = "mikomo_10", **changes: str | None) -> str:
        """A code got through the pages, for all accounts."""
        location = consumer.approve(consumer.consent(self.auth_url(**changes), user))
        return query_of(location)["code"]

    def link(
        self,
        consumer: Consumer,
        user: str = "mikomo_10",
        accounts: Collection[str] | None = None,
        **changes: str | None,
    ) -> Tokens:
        """A token set got through the pages."""
        page = consumer.consent(self.auth_url(**changes), user)
        code = query_of(consumer.approve(page, accounts))["code"]
        answer = self.exchange(code, redirect_uri=changes.get("redirect_uri") or self.redirect_uri)
        return _tokens(answer)

    def mint(
        self, user: str = "mikomo_10", accounts: Collection[str] | None = None, **fields: str
    ) -> Tokens:
        """A token set without pages."""
        form = {"user": user, **fields}
        if accounts is not None:
            form["accounts"] = ",".join(accounts)
        return _tokens(self.post("/sandbox/v1/tokens", form, "basic"))

    def exchange(
        self, code: str, credentials: Credentials = "basic", **changes: str | None
    ) -> requests.Response:
        """Exchange a code."""
        form = {
            "grant_type": "authorization_code",
            "redirect_uri": self.redirect_uri,
            "code": code,
            **changes,
        }
        return self.post("/token", form, credentials)

    def refresh(
        self, refresh_token: str | None, credentials: Credentials = "body", **changes: str | None
    ) -> requests.Response:
        """Exchange a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **changes}
        return self.post("/token", form, credentials)

    def revoke(
        self, refresh_token: str | None, path: str = "/revoke", **changes: str | None
    ) -> requests.Response:
        """End the grant of a refresh token."""
        form = {"token": refresh_token, "token_type_hint": "refresh_token", **changes}
        return self.post(path, form, "body")

    def post(
        self, path: str, form: Mapping[str, str | None], credentials: Credentials = "body"
    ) -> requests.Response:
        """Post a form with the app's credentials; a field that is None is left out."""
        own = {
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret,
        }
        fields = {**own, **form} if credentials in {"body", "both"} else form
        return requests.post(
            self.network.url + path,
            data={name: value for name, value in fields.items() if value is not None},
            auth=(*own.values(),) if credentials in {"basic", "both"} else None,  # type: ignore[arg-type]
            allow_redirects=False,
            timeout=TIMEOUT_S,
        )

    def get(
        self,
        endpoint: str,
        id_token: str,
        version: str = "v2",
        headers: Mapping[str, str] | None = None,
        **parameters: str,
    ) -> requests.Response:
        """Call a product of Mikomo; v3 calls carry its required headers unless others are given."""
        sent = dict(V3_HEADERS if version == "v3" and headers is None else headers or {})
        return requests.get(
            f"{self.network.url}/{endpoint}/{version}/mikomo",
            params=parameters,
            headers={"authorization": f"Bearer {id_token}", **sent},
            allow_redirects=False,
            timeout=TIMEOUT_S,
        )


def accounts_in(answer: requests.Response) -> dict[str, dict[str, Any]]:
    """The accounts of a product answer by id, without their wrapper."""
    assert answer.status_code == 200, answer.text
    entries = [fields for entry in answer.json()["accounts"] for fields in entry.values()]
    found = {fields["accountId"]: fields for fields in entries}
    assert len(found) == len(entries), "an account comes twice"
    return found


def _tokens(answer: requests.Response) -> Tokens:
    assert answer.status_code == 200, answer.text
    tokens: Tokens = answer.json()
    return tokens
