"""The two ways an authorization request ends: a redirect to the app, or a page to the person."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from easement.authorizations.model import Request
from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import Refusal
from easement.oauth.redirect_uri import with_parameters
from easement.web.pages import Pages


def success_url(request: Request, issuer: str, code: str) -> str:
    """The app's redirect URI with the code (RFC 6749 4.1.2) and our `iss` (RFC 9207)."""
    return _url(request.redirect_uri, request.state, issuer, {"code": code})


def error_url(request: Request | PendingRequest, issuer: str, refusal: Refusal) -> str:
    """The app's redirect URI with the error (RFC 6749 4.1.2.1); only when that is safe."""
    parameters = {"error": str(refusal.error)}
    if refusal.description is not None:
        parameters["error_description"] = refusal.description
    return _url(request.redirect_uri, request.state, issuer, parameters)


def back_to_app(pages: Pages, request: HttpRequest, url: str) -> Response:
    """The way back to the app with an error, for someone the bank has just sent here.

    Not a redirect: the bank's page, whose form began this chain, may allow redirects to us but
    cannot know the app.
    """
    return pages.go_on(
        request,
        url=url,
        heading="Back to the app",
        message="Your bank was not linked, and nothing was shared. The app knows why.",
    )


def _url(redirect_uri: str, state: str | None, issuer: str, parameters: dict[str, str]) -> str:
    echoed = {} if state is None else {"state": state}
    return with_parameters(redirect_uri, {**parameters, **echoed, "iss": issuer})
