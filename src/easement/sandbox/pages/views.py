"""The pages themselves: what each shows, and what its forms do."""

import asyncio
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from easement.oauth.errors import Refusal
from easement.products.model import Product
from easement.recipients.model import SubscriptionStatus
from easement.sandbox.controls import Controls
from easement.sandbox.pages import reading
from easement.sandbox.refusals import ControlError, not_found
from easement.web.forms import FormError, Parameters, read_query
from easement.web.pages import Pages

SAID = {
    "moved": "The clocks of the network and the bank were moved.",
    "broken": "The bank is broken as you wished, from its next call on.",
    "healed": "Healed.",
    "reset": "Everything is back to the seed. Tokens made before no longer count.",
    "revoked": (
        "The consumer ended the permission at the bank. The network learns of it when it next "
        "refreshes its bank token."
    ),
    "accounts": "The consumer shares other accounts from now on.",
    "app": "The app was changed, until the next start or reset.",
    "bodies": "The bank now remembers what it answers, in memory.",
    "no-bodies": "The bank remembers no bodies of calls to come.",
}
"""What was done, in words, by the key that the redirect after a form carries."""

_SHOWN_CALLS = 100


class Views:
    """Shows and does; errors come as ControlError."""

    def __init__(self, home: str, proof: str, controls: Controls, pages: Pages) -> None:
        self._home = home
        self._proof = proof
        self._controls = controls
        self._pages = pages

    async def overview(self, request: Request, error: str | None) -> Response:
        """The users, and tokens for them."""
        users = (await self._controls.bank.ask("GET", "/users"))["users"]
        wanted = _query(request).get("q", "")
        found = [user for user in users if _matches(user, wanted)]
        return self._render(
            "sandbox_users.html", request, error, users=found, total=len(users), wanted=wanted
        )

    async def mint(self, form: Parameters) -> Response:
        """Tokens on a page of their own, which no browser keeps."""
        wish = reading.wish(form)
        answer = await self._controls.mint.tokens_of_own_app(wish)
        if isinstance(answer, Refusal):
            raise ControlError(answer.status, answer.error, answer.description or answer.error)
        return self._render("sandbox_tokens.html", None, None, user=wish.user, tokens=answer)

    async def bank(self, request: Request, error: str | None) -> Response:
        """The clock and the faults."""
        ask = self._controls.bank.ask
        clock, faults = await asyncio.gather(self._controls.clock.shown(), ask("GET", "/faults"))
        return self._render(
            "sandbox_bank.html",
            request,
            error,
            clock=clock,
            faults=faults["faults"],
            kinds=reading.KINDS,
            endpoints=reading.ENDPOINTS,
        )

    async def move(self, form: Parameters) -> str:
        """Both clocks."""
        now = await self._controls.clock.shown()
        offset = timedelta(seconds=now["offsetSeconds"])
        await self._controls.clock.move(reading.clock_move(form, offset))
        return "moved"

    async def break_bank(self, form: Parameters) -> str:
        """One fault more."""
        await self._controls.bank.ask("POST", "/faults", reading.fault(form))
        return "broken"

    async def heal(self, form: Parameters) -> str:
        """One fault, or all."""
        fault_id = form.get("fault")
        if fault_id is not None and not fault_id.replace("-", "").isalnum():
            raise not_found("Expected the id of a fault in force.")
        await self._controls.bank.ask("DELETE", f"/faults/{fault_id}" if fault_id else "/faults")
        return "healed"

    async def reset(self, _form: Parameters) -> str:
        """Back to the seed."""
        await self._controls.reset()
        return "reset"

    async def grants(self, request: Request, error: str | None) -> Response:
        """The newest grants."""
        grants, apps = await asyncio.gather(
            self._controls.grants.newest(), self._controls.apps.every()
        )
        names = {app["clientId"]: app["name"] for app in apps}
        return self._render("sandbox_grants.html", request, error, grants=grants, names=names)

    async def revoke(self, form: Parameters) -> str:
        """As the consumer, at the bank."""
        await self._controls.grants.revoke(form.get("grant", ""))
        return "revoked"

    async def change_accounts(self, form: Parameters) -> str:
        """As the consumer, at the bank."""
        await self._controls.grants.change_accounts(
            form.get("grant", ""), reading.account_ids(form)
        )
        return "accounts"

    async def apps(self, request: Request, error: str | None) -> Response:
        """The apps' rights."""
        return self._render(
            "sandbox_apps.html",
            request,
            error,
            apps=await self._controls.apps.every(),
            products=list(Product),
            statuses=list(SubscriptionStatus),
        )

    async def change_app(self, form: Parameters) -> str:
        """Products and subscription of one app."""
        await self._controls.apps.change(form.get("app", ""), reading.app_change(form))
        return "app"

    async def calls(self, request: Request, error: str | None) -> Response:
        """The newest product calls."""
        calls = await self._controls.calls.newest(_SHOWN_CALLS)
        return self._render("sandbox_calls.html", request, error, calls=calls)

    async def keep_bodies(self, form: Parameters) -> str:
        """Whether the bank remembers bodies."""
        bodies = "on" in form
        await self._controls.calls.keep_bodies(bodies=bodies)
        return "bodies" if bodies else "no-bodies"

    def _render(
        self, template: str, request: Request | None, error: str | None, **context: Any
    ) -> Response:
        said = None if request is None or error else SAID.get(_query(request).get("said", ""))
        return self._pages.render(
            template, sandbox=self._home, proof=self._proof, said=said, error=error, **context
        )


def _query(request: Request) -> Parameters:
    try:
        return read_query(request)
    except FormError as error:
        raise ControlError(error.status, "", error.message) from error


def _matches(user: dict[str, Any], wanted: str) -> bool:
    """Whether all words of the filter stand somewhere in the user's row."""
    parts = [user["username"], user["scenario"], user["origin"], *user["goodFor"]]
    row = " ".join([*parts, *user["products"]]).lower()
    return all(word in row for word in wanted.lower().split())
