"""`/consent/{authorization_id}`: the consumer sees what is asked and chooses accounts."""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from easement.authorizations.model import Authorization, Step
from easement.authorizations.service import Authorizations
from easement.authserver.authorize.duration import in_words
from easement.authserver.authorize.flow import TOO_LATE, ConsentFlow
from easement.authserver.authorize.respond import back_to_app
from easement.authserver.settings import AuthServerSettings
from easement.connectors.model import AccountChoice
from easement.oauth.errors import Refusal
from easement.oauth.redirect_uri import form_action_sources
from easement.platform.crypto import same
from easement.products.catalogue import clusters_for
from easement.providers.directory import Directory
from easement.recipients.service import Recipients
from easement.web.browser import BrowserCookie, SessionCookie
from easement.web.forms import FormError, Parameters, read_form
from easement.web.pages import Pages

_CATEGORIES = {
    "annuityAccount": "Annuity",
    "depositAccount": "Deposit account",
    "insuranceAccount": "Insurance",
    "investmentAccount": "Investment account",
    "loanAccount": "Loan",
    "locAccount": "Credit card or line of credit",
}
_AGAIN = ("Go back to the app and link your bank again.",)


class ConsentPage:
    """Shows the choice and takes the decision; the stored step says what is still possible."""

    def __init__(
        self,
        *,
        flow: ConsentFlow,
        authorizations: Authorizations,
        recipients: Recipients,
        directory: Directory,
        settings: AuthServerSettings,
        pages: Pages,
        cookie: BrowserCookie,
        session_cookie: SessionCookie,
    ) -> None:
        self._flow = flow
        self._session_cookie = session_cookie
        self._authorizations = authorizations
        self._recipients = recipients
        self._directory = directory
        self._settings = settings
        self._pages = pages
        self._cookie = cookie

    async def __call__(self, request: Request) -> Response:
        """GET shows, POST decides."""
        return await (self.show(request) if request.method == "GET" else self.decide(request))

    async def show(self, request: Request) -> Response:
        """GET: the account selection, or what to do instead."""
        authorization = await self._find(request)
        if authorization is None:
            return self._unknown(request)
        return await self._elsewhere(request, authorization) or await self._select(
            request, authorization
        )

    async def decide(self, request: Request) -> Response:
        """POST: approve with at least one account, or cancel."""
        authorization = await self._find(request)
        browser = self._cookie.read(request)
        if authorization is None or browser is None:
            return self._unknown(request)
        try:
            form = await read_form(request, repeatable="account")
        except FormError as error:
            return self._bad_form(request, error.status, error.message)
        proof = self._authorizations.form_proof(authorization.id, browser)
        if not same(form.get("csrf", ""), proof):
            return self._bad_form(request, 400, "This form did not come from our page.")
        if authorization.step is Step.APPROVED and form.get("decision") == "approve":
            return await self._approve(request, authorization, ())
        return await self._elsewhere(request, authorization) or await self._decided(
            request, authorization, form
        )

    async def _decided(
        self, request: Request, authorization: Authorization, form: Parameters
    ) -> Response:
        decision = form.get("decision")
        if decision == "cancel":
            return _redirect(await self._flow.cancel(authorization))
        chosen = frozenset(form.repeated)
        if decision != "approve":
            return await self._select(request, authorization, chosen, "Choose Approve or Cancel.")
        if not chosen:
            return await self._select(
                request, authorization, chosen, "Choose at least one account, or cancel."
            )
        if not chosen <= authorization.offered_account_ids:
            return await self._select(
                request, authorization, chosen, "Your accounts changed meanwhile. Choose again."
            )
        return await self._approve(request, authorization, chosen)

    async def _approve(
        self, request: Request, authorization: Authorization, chosen: Collection[str]
    ) -> Response:
        outcome = await self._flow.approve(
            authorization, chosen, previous_session=self._session_cookie.read(request)
        )
        response = _redirect(outcome.url)
        if outcome.is_approved:
            secret = self._authorizations.sessions.secret_of(authorization.id)
            self._session_cookie.write(response, secret)
        return response

    async def _find(self, request: Request) -> Authorization | None:
        authorization = await self._authorizations.find(request.path_params["authorization_id"])
        if authorization is None:
            return None
        mine = self._authorizations.belongs_to(authorization, self._cookie.read(request))
        return authorization if mine else None

    async def _elsewhere(self, request: Request, authorization: Authorization) -> Response | None:
        """The answer where the selection is not, or no longer, the right page."""
        if authorization.step.is_final:
            return self._finished(request, authorization)
        if self._authorizations.is_late(authorization):
            return await self._back(request, authorization, TOO_LATE)
        if authorization.step is Step.ACCOUNTS:
            return None
        if authorization.step is Step.PROVIDER:
            return self._pages.message(
                request,
                status=409,
                heading="You are not signed in at your bank yet",
                message="Choosing accounts comes after signing in.",
                next_steps=("Finish signing in at your bank.", *_AGAIN),
            )
        response = self._pages.message(
            request,
            status=200,
            heading="One moment",
            message="We are still talking to your bank. This page looks again by itself.",
        )
        response.headers["refresh"] = "1"
        return response

    async def _select(
        self,
        request: Request,
        authorization: Authorization,
        chosen: frozenset[str] = frozenset(),
        error: str | None = None,
    ) -> Response:
        app = await self._recipients.current(authorization.request.app_id)
        provider = await self._directory.current(authorization.request.provider_id)
        choices = await self._flow.choices(authorization)
        if app is None or provider is None:
            return self._unknown(request)
        if isinstance(choices, Refusal):
            return await self._back(request, authorization, choices)
        browser = self._cookie.read(request) or ""
        duration = self._flow.duration(app, provider)
        return self._pages.render(
            "consent.html",
            status=400 if error else 200,
            form_action=f"'self' {form_action_sources(authorization.request.redirect_uri)}",
            images=_origins(app.logo_url, provider.logo_url),
            app={"name": app.name, "company": app.company_name, "logo_url": app.logo_url},
            provider={"name": provider.display_name, "logo_url": provider.logo_url},
            clusters=[
                {"label": cluster.label, "detail": cluster.detail}
                for cluster in clusters_for(app.products)
            ],
            duration=in_words(duration, provider.policy, app.name),
            how_to_stop=(
                f"You can stop it any day: in {app.name}, or in your account at "
                f"{provider.display_name}."
            ),
            accounts=_accounts(choices, chosen),
            error=error,
            action=f"{self._settings.issuer}/consent/{authorization.id}",
            csrf=self._authorizations.form_proof(authorization.id, browser),
        )

    async def _back(
        self, request: Request, authorization: Authorization, refusal: Refusal
    ) -> Response:
        url = await self._flow.fail(authorization, refusal)
        # Our own form lets the redirect through; a chain that began at the bank's form may not.
        return (
            _redirect(url) if request.method == "POST" else back_to_app(self._pages, request, url)
        )

    def _finished(self, request: Request, authorization: Authorization) -> Response:
        approved = authorization.step is Step.APPROVED
        return self._pages.message(
            request,
            status=410,
            heading="You have finished here" if approved else "This sign-in has ended",
            message=(
                "You have given your permission; the app knows."
                if approved
                else "No permission was given, and nothing was shared."
            ),
            next_steps=("Go back to the app.", "To choose other accounts, link your bank again."),
        )

    def _unknown(self, request: Request) -> Response:
        return self._pages.message(
            request,
            status=404,
            heading="We lost track of this sign-in",
            message="It is too old, or it was begun in another browser.",
            next_steps=_AGAIN,
        )

    def _bad_form(self, request: Request, status: int, message: str) -> Response:
        return self._pages.message(
            request,
            status=status,
            title="Bad Request",
            heading="That did not work",
            message=message,
            next_steps=("Go back, reload the page, and try again.",),
        )


def _accounts(
    choices: Sequence[AccountChoice], chosen: frozenset[str]
) -> list[dict[str, str | bool | None]]:
    return [
        {
            "id": choice.account_id,
            "label": choice.label,
            "detail": _CATEGORIES.get(choice.category),
            "checked": choice.account_id in chosen,
        }
        for choice in choices
    ]


def _origins(*urls: str | None) -> str:
    """Where the logos come from, as CSP sources."""
    parts = [urlsplit(url) for url in urls if url is not None]
    return " ".join(f"{part.scheme}://{part.netloc}" for part in parts)


def _redirect(url: str) -> Response:
    # 302 as documented: clients' automation and native apps wait for it.
    return RedirectResponse(url, 302, {"cache-control": "no-store"})
