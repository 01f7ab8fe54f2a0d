"""What an app may be called and how it may be set up, field by field.

For every way in which an app is made or changed: the command line, an API, a form.
"""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from easement.keys.algorithms import ALGORITHMS
from easement.oauth.redirect_uri import registration_fault
from easement.products.model import Product
from easement.recipients.errors import InvalidAppError
from easement.recipients.jwks import JwksError, read_jwks
from easement.recipients.model import App

_SIGNS_IN_NAMES = " #$&'*+,-./|"
_LONGEST_NAME = 100
_MOST_REDIRECT_URIS = 20
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def checked(app: App, *, allow_http: bool) -> App:
    """The app as it may be stored: products completed, keys reduced to what is needed of them.

    `allow_http` is for a sandbox: redirect URIs at localhost, and logos, may do without TLS.

    Raises:
        InvalidAppError: names every field that is not as it must be.
    """
    looked_at = {
        "name": name_fault(app.name),
        "logo_url": _logo_fault(app.logo_url, allow_http=allow_http),
        "support_email": _email_fault(app.support_email),
        "id_token_alg": _algorithm_fault(app.id_token_alg),
    }
    faults = {field: fault for field, fault in looked_at.items() if fault is not None}
    uris = sorted(app.redirect_uris)
    faults |= redirect_uri_faults(uris, allow_http_loopback=allow_http)
    if app.jwks is not None:
        try:
            app = replace(app, jwks=read_jwks(app.jwks))
        except JwksError as error:
            faults["jwks"] = str(error)
    if faults:
        raise InvalidAppError(faults)
    # Account information comes with every other product.
    return replace(app, products=app.products | {Product.ACCOUNT_INFO})


def name_fault(name: str) -> str | None:
    """Why an app cannot bear the name, which consumers read and providers file it under."""
    if not 0 < len(name) <= _LONGEST_NAME or name != " ".join(name.split()):
        return f"expected 1 to {_LONGEST_NAME} characters, without spaces at its ends or two in one"
    if not all(sign.isalnum() or sign in _SIGNS_IN_NAMES for sign in name):
        return f"expected letters, digits, spaces and the characters {_SIGNS_IN_NAMES.strip()}"
    return None


def redirect_uri_faults(uris: list[str], *, allow_http_loopback: bool) -> dict[str, str]:
    """What is wrong with the redirect URIs, each named by its number."""
    if not 1 <= len(uris) <= _MOST_REDIRECT_URIS:
        return {"redirect_uris": f"expected 1 to {_MOST_REDIRECT_URIS} redirect URIs"}
    faults = {}
    for number, uri in enumerate(uris):
        fault = registration_fault(uri, allow_http_loopback=allow_http_loopback)
        if fault is not None:
            faults[f"redirect_uris[{number}]"] = fault
    return faults


def _logo_fault(url: str | None, *, allow_http: bool) -> str | None:
    if url is None:
        return None
    fault = "expected an https URL of at most 2000 characters"
    if len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url:
        return fault
    try:
        parts = urlsplit(url)
    except ValueError:
        return fault
    schemes = {"https", "http"} if allow_http else {"https"}
    return None if parts.scheme in schemes and parts.hostname else fault


def _email_fault(address: str | None) -> str | None:
    if address is None or (len(address) <= 254 and _EMAIL.fullmatch(address)):
        return None
    return "expected an address such as support@app.example"


def _algorithm_fault(algorithm: str) -> str | None:
    return None if algorithm in ALGORITHMS else f"expected one of {', '.join(ALGORITHMS)}"
