"""An app of the profile oauth: PKCE in every request, and requests that may be pushed."""

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from easement.main.clients import open_client_administration
from easement.main.sandbox_credentials import AppCredentials
from easement.products.model import Product
from easement.recipients.model import App, Profile, SubscriptionStatus
from tests.support.app import RecipientApp
from tests.support.network import REDIRECT_URIS, RunningNetwork

VERIFIER = "a-verifier-of-an-app-that-follows-RFC-7636~0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


@dataclass(frozen=True)
class OAuthApp(RecipientApp):
    """Sends a challenge and its verifier unless told otherwise."""

    def authorization(self, **changes: str | None) -> dict[str, str]:
        """The parameters of `/auth`, with PKCE."""
        pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        return super().authorization(**{**pkce, **changes})

    def exchange(self, code: str, credentials: Any = "basic", **changes: str | None) -> Any:
        """Exchange a code, with the verifier."""
        return super().exchange(code, credentials, **{"code_verifier": VERIFIER, **changes})

    def push(self, credentials: Any = "basic", **changes: str | None) -> requests.Response:
        """Push an authorization request."""
        return self.post("/par", self.authorization(**changes), credentials)

    def pushed(self, **changes: str | None) -> str:
        """The request URI of a pushed request."""
        answer = self.push(**changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["request_uri"])

    def pushed_url(self, request_uri: str, **more: str) -> str:
        """Where the app sends the consumer with a pushed request."""
        query = {"client_id": self.credentials.client_id, "request_uri": request_uri, **more}
        return f"{self.network.issuer}/auth?{urlencode(query)}"


def register(network: RunningNetwork, name: str, profile: Profile = Profile.OAUTH) -> OAuthApp:
    """A new app at a running network, of a company of its own."""

    wanted = App(
        id="",
        name=name,
        company_id="",
        company_name="",
        logo_url=None,
        redirect_uris=frozenset(REDIRECT_URIS),
        products=frozenset(Product),
        subscriptions={"mikomo": SubscriptionStatus.ACTIVE},
        profile=profile,
    )

    async def run() -> tuple[App, str | None]:
        async with open_client_administration(network.settings) as clients:
            return await clients.create_app(f"{name} Ltd", wanted)

    app, secret = asyncio.run(run())
    assert secret is not None
    return OAuthApp(network, AppCredentials(app.id, secret, REDIRECT_URIS))
