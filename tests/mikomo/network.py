"""A small network and a browser, to talk to the bank with over HTTP only."""

import base64
import hashlib
import html
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

CLIENT_ID = "easement"
CLIENT_SECRET = "s3cret: with % and + in it"
REDIRECT_URI = "http://127.0.0.1:9/callback/mikomo"
CLIENTS = [
    {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "name": "Easement",
        "redirect_uris": [REDIRECT_URI, "http://127.0.0.1:9/other?kept=1"],
    },
    {
        "client_id": "rival",
        "client_secret": "rival-secret",
        "name": "Rival",
        "redirect_uris": ["https://rival.example/callback"],
    },
]


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


@dataclass
class Form:
    """The single POST form of a page."""

    action: str
    fields: dict[str, str]


class Browser(requests.Session):
    """Keeps cookies, follows no redirect unless told to."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.trust_env = False

    def form(self, page: requests.Response) -> Form:
        found = re.search(r'<form method="post" action="([^"]+)"(.*?)</form>', page.text, re.DOTALL)
        assert found, page.text
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[2])
        return Form(self.url + html.unescape(found[1]), {k: html.unescape(v) for k, v in hidden})

    def submit(self, form: Form, **fields: str) -> requests.Response:
        return self.post(form.action, data={**form.fields, **fields}, allow_redirects=False)


@dataclass
class Network:
    """A registered client of the bank."""

    url: str
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    redirect_uri: str = REDIRECT_URI
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def authorization(self, **changes: str | None) -> dict[str, str]:
        made = hashlib.sha256(self.verifier.encode()).digest()
        parameters: dict[str, str | None] = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid offline_access accounts customer",
            "state": "st-1",
            "nonce": "no-1",
            "code_challenge": base64.urlsafe_b64encode(made).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    def start(self, browser: Browser, **changes: str | None) -> requests.Response:
        """Send the browser to the bank; the answer is the sign-in page."""
        return browser.get(self.url + "/oauth/authorize", params=self.authorization(**changes))

    def sign_in(self, browser: Browser, username: str, **changes: str | None) -> requests.Response:
        """The same and through the sign-in page; the answer is the terms page."""
        answer = browser.submit(
            browser.form(self.start(browser, **changes)), username=username, password=username
        )
        assert answer.status_code == 303
        return browser.get(answer.headers["Location"])

    def approve(self, browser: Browser, username: str, **changes: str | None) -> str:
        """The whole way; the answer is where the browser is sent back to."""
        answer = browser.submit(browser.form(self.sign_in(browser, username, **changes)))
        assert answer.status_code == 303
        return answer.headers["Location"]

    def code(self, username: str, **changes: str | None) -> str:
        return query_of(self.approve(Browser(self.url), username, **changes))["code"]

    def token(self, **form: str) -> requests.Response:
        # Both parts of the Basic header are form-encoded first (RFC 6749, section 2.3.1).
        quoted = tuple(requests.utils.quote(part, safe="") for part in self._credentials())
        return requests.post(
            self.url + "/oauth/token", data=form, auth=(quoted[0], quoted[1]), timeout=10
        )

    def exchange(self, code: str, **changes: str) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            **changes,
        }
        return self.token(**form)

    def refresh(self, token: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=token)

    def revoke(self, **form: str) -> requests.Response:
        quoted = tuple(requests.utils.quote(part, safe="") for part in self._credentials())
        return requests.post(
            self.url + "/oauth/revoke", data=form, auth=(quoted[0], quoted[1]), timeout=10
        )

    def link(self, username: str, **changes: str | None) -> dict[str, Any]:
        """All of it: the token answer."""
        answer = self.exchange(self.code(username, **changes))
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def get(self, path: str, access_token: str, **headers: str) -> requests.Response:
        return requests.get(
            f"{self.url}/fdx/v5{path}",
            headers={"Authorization": f"Bearer {access_token}", **headers},
            timeout=10,
        )

    def _credentials(self) -> tuple[str, str]:
        return self.client_id, self.client_secret
