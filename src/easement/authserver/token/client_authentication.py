"""Client authentication by Basic or in the body (RFC 6749 2.3.1)."""

import base64
from collections.abc import Mapping
from urllib.parse import unquote_plus

from starlette.requests import Request

from easement.recipients.model import App
from easement.recipients.service import Recipients


async def authenticate(
    request: Request, form: Mapping[str, str], recipients: Recipients
) -> App | None:
    """The app that sent the request, or None.

    Some clients send Basic and the body together; both are taken when they agree.
    """
    in_body = (form.get("client_id"), form.get("client_secret"))
    header = request.headers.get("authorization")
    if header is None:
        client_id, client_secret = in_body
        if client_id is None or client_secret is None:
            return None
        return await recipients.authenticate(client_id, client_secret)
    candidates = _basic(header)
    for client_id, client_secret in candidates:
        agree = in_body[0] in {None, client_id} and in_body[1] in {None, client_secret}
        app = await recipients.authenticate(client_id, client_secret) if agree else None
        if app is not None:
            return app
    return None


def _basic(header: str) -> list[tuple[str, str]]:
    """The credentials of a Basic header: form-decoded as RFC 6749 asks, and as they stand.

    Half of all clients forget the form-encoding; our own ids and secrets read the same either way.
    """
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return []
    try:
        decoded = base64.b64decode(value.strip(), validate=True).decode()
    except ValueError:  # not base64, not ASCII, or not UTF-8 inside
        return []
    client_id, colon, client_secret = decoded.partition(":")
    if not colon:
        return []
    encoded = (unquote_plus(client_id), unquote_plus(client_secret))
    return list(dict.fromkeys([encoded, (client_id, client_secret)]))
