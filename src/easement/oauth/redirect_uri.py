"""Redirect URIs (RFC 6749 3.1.2, RFC 8252 7): which may be registered, how parameters are added."""

import re
from urllib.parse import urlencode, urlsplit, urlunsplit

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PRIVATE_USE = re.compile(r"[a-z][a-z0-9+\-]*(\.[a-z0-9+\-]+)+")
# RFC 3986 2. Not among them: a backslash, which browsers read as a slash.
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


def registration_fault(uri: str, *, allow_http_loopback: bool) -> str | None:
    """Why `uri` may not be registered, or None.

    Allowed are https, private-use schemes in reverse-domain form (``com.example.app:/callback``)
    and, where `allow_http_loopback`, http to localhost and loopback addresses.
    """
    if len(uri) > 2000 or _CHARACTERS.fullmatch(uri) is None:
        return "expected at most 2000 characters, all of them such as a URI may have"
    try:
        parts = urlsplit(uri)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return "expected an absolute URI such as https://app.example/callback"
    if "#" in uri:
        return "a redirect URI has no fragment"
    if parts.username is not None or parts.password is not None:
        return "a redirect URI carries no credentials"
    if parts.scheme == "https":
        return None if host else "expected a host after https://"
    if parts.scheme == "http":
        if allow_http_loopback and host in _LOOPBACK:
            return None
        return "http is for localhost in the sandbox; use https"
    if _PRIVATE_USE.fullmatch(parts.scheme):
        return None
    return "expected https, or a private-use scheme such as com.example.app:/callback"


def with_parameters(uri: str, parameters: dict[str, str]) -> str:
    """`uri` with `parameters` added to the query it may already have."""
    parts = urlsplit(uri)
    query = "&".join(part for part in (parts.query, urlencode(parameters)) if part)
    if not parts.netloc:
        # urlunsplit would write com.example:/cb as com.example:///cb on some versions.
        return f"{parts.scheme}:{parts.path}?{query}"
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def form_action_sources(uri: str) -> str:
    """CSP sources that let a form's answer redirect to `uri` and on from there.

    Chrome applies ``form-action`` to every redirect after a form, and an app's callback often
    redirects on to its own front end on another origin: so the whole scheme is let through.
    """
    parts = urlsplit(uri)
    if parts.scheme == "https":
        return "https:"
    if parts.scheme == "http":
        return "https: http://localhost:* http://127.0.0.1:*"
    return f"https: {parts.scheme}:"
