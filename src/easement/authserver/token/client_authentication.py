"""Client authentication, the same wherever an app has to prove itself.

By Basic or in the body (RFC 6749 2.3.1) for apps with a secret; by private_key_jwt (RFC 7523 2.2)
for apps with keys, and for those by nothing else.
"""

import base64
from collections.abc import Mapping
from urllib.parse import unquote_plus

from starlette.requests import Request

from easement.authserver.attempts import Attempts
from easement.recipients.assertions import ASSERTION_TYPE
from easement.recipients.model import App
from easement.recipients.service import Recipients


class ClientAuthentication:
    """The same at every endpoint where an app proves itself, failures counted over all of them."""

    def __init__(self, recipients: Recipients, attempts: Attempts) -> None:
        self._recipients = recipients
        self._attempts = attempts

    async def app(self, request: Request, form: Mapping[str, str]) -> App | None:
        """The app that sent the request, or None: whatever is wrong, the caller says the same.

        Raises:
            TooManyAttemptsError: whoever it is has to wait.
        """
        claimed = self._claimed(request, form)
        keys = self._attempts.of_client(request, claimed)
        app, reason = await self._proven(request, form)
        if app is None:
            known = None if claimed is None else await self._recipients.current(claimed)
            await self._attempts.failed(
                keys,
                reason if known is not None else "unknown_client",
                None if known is None else known.id,
            )
        return app

    async def _proven(self, request: Request, form: Mapping[str, str]) -> tuple[App | None, str]:
        """The app, or None and what was wrong."""
        if "client_assertion" in form or "client_assertion_type" in form:
            # RFC 6749 2.3: one method a request. A secret beside it would prove nothing more.
            alone = "authorization" not in request.headers and "client_secret" not in form
            assertion = form.get("client_assertion")
            typed = form.get("client_assertion_type") == ASSERTION_TYPE
            if not alone or assertion is None or not typed:
                return None, "assertion_malformed"
            client_id = form.get("client_id")
            app = await self._recipients.authenticate_by_assertion(assertion, client_id)
            return app, "assertion_refused"
        secrets = presented_secrets(request, form)
        for client_id, client_secret in secrets:
            app = await self._recipients.authenticate(client_id, client_secret)
            if app is not None:
                return app, ""
        return None, "secret_refused" if secrets else "no_proof"

    def _claimed(self, request: Request, form: Mapping[str, str]) -> str | None:
        assertion = form.get("client_assertion")
        subject = None if assertion is None else self._recipients.claimed_client(assertion)
        return subject or claimed_client(request, form)


def presented_secrets(request: Request, form: Mapping[str, str]) -> list[tuple[str, str]]:
    """client_id and client_secret as the request may mean them.

    Some clients send Basic and the body together; both are taken when they agree.
    """
    in_body = (form.get("client_id"), form.get("client_secret"))
    header = request.headers.get("authorization")
    if header is None:
        client_id, client_secret = in_body
        return [] if client_id is None or client_secret is None else [(client_id, client_secret)]
    return [
        (client_id, client_secret)
        for client_id, client_secret in _basic(header)
        if in_body[0] in {None, client_id} and in_body[1] in {None, client_secret}
    ]


def claimed_client(request: Request, form: Mapping[str, str]) -> str | None:
    """The client_id that somebody with a secret says is theirs."""
    for client_id, _ in presented_secrets(request, form):
        return client_id
    return form.get("client_id")


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
