"""A token set without a browser, through the same steps as the pages.

Only the sandbox is handed this: signing in for a consumer needs their password, which at a real
bank nobody but the consumer has.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Any
from urllib.parse import parse_qs, urlsplit

from easement.authorizations.service import Authorizations
from easement.authserver.authorize.flow import BANK_OUT, ENDED, ConsentFlow
from easement.authserver.authorize.request import PendingRequest
from easement.authserver.token.endpoint import TokenEndpoint
from easement.connectors.errors import BankError
from easement.oauth.errors import OAuthError, Refusal
from easement.oauth.pkce import challenge_of
from easement.platform.ids import new_secret
from easement.recipients.model import App

SignIn = Callable[[str, str], Awaitable[str | None]]
"""Takes the bank's sign-in URL and our callback URL; gives the bank's code, or None if the bank
does not let this user in."""


class UnattendedAuthorization:
    """Runs the consent flow for a consumer that `sign_in` can sign in."""

    def __init__(
        self, flow: ConsentFlow, authorizations: Authorizations, token: TokenEndpoint
    ) -> None:
        self._flow = flow
        self._authorizations = authorizations
        self._token = token

    async def __call__(
        self,
        *,
        app: App,
        provider_id: str,
        scope: str,
        account_ids: Collection[str] | None,
        sign_in: SignIn,
    ) -> dict[str, Any] | Refusal:
        """The token response for `account_ids`, or for all accounts."""
        verifier = new_secret()
        parameters = {
            "connector": provider_id,
            "client_id": app.id,
            "redirect_uri": min(app.redirect_uris),
            "response_type": "code",
            "scope": scope,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        pending = PendingRequest(parameters, doubled=None)
        refusal = await self._flow.check(pending)
        if refusal is not None:
            return refusal
        try:
            begun, url = await self._flow.begin(pending, new_secret())
        except BankError:
            return BANK_OUT
        bank_code = await sign_in(url, self._flow.callback_url(provider_id))
        if bank_code is None:
            return Refusal(OAuthError.ACCESS_DENIED, "The bank does not let this user in.")
        refusal = await self._flow.returned(begun, bank_code)
        authorization = await self._authorizations.find(begun.id)
        if refusal is not None or authorization is None:
            return refusal or BANK_OUT
        choices = await self._flow.choices(authorization)
        if isinstance(choices, Refusal):
            return choices
        offered = {choice.account_id for choice in choices}
        chosen = offered if account_ids is None else set(account_ids)
        if not chosen or not chosen <= offered:
            unknown = ", ".join(sorted(chosen - offered)) or "none"
            return Refusal(
                OAuthError.INVALID_REQUEST,
                f"Expected accounts of this user ({', '.join(sorted(offered))}), got {unknown}.",
            )
        outcome = await self._flow.approve(authorization, chosen, in_browser=False)
        code = parse_qs(urlsplit(outcome.url).query).get("code")
        if code is None:
            return ENDED
        return await self._token.exchange(
            app,
            {
                "grant_type": "authorization_code",
                "code": code[0],
                "redirect_uri": pending.redirect_uri,
                "code_verifier": verifier,
            },
        )
