"""Sending the browser back to the network."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from starlette.responses import RedirectResponse

_NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def back_to_client(redirect_uri: str, **parameters: str | None) -> RedirectResponse:
    """303 to a registered URI with the parameters added to its query; None is left out."""
    parts = urlsplit(redirect_uri)
    added = urlencode({name: value for name, value in parameters.items() if value is not None})
    query = f"{parts.query}&{added}" if parts.query else added
    return RedirectResponse(urlunsplit(parts._replace(query=query)), 303, headers=_NO_STORE)


def within(url: str) -> RedirectResponse:
    """303 to another page of the bank."""
    return RedirectResponse(url, 303, headers=_NO_STORE)
