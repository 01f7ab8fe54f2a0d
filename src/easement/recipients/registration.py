"""Makes and changes apps, and their secrets. Each method is part of the caller's transaction."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from easement.platform.clock import Clock
from easement.platform.db import Transaction
from easement.platform.ids import new_id, new_secret
from easement.recipients import store
from easement.recipients.checks import checked
from easement.recipients.errors import (
    AmbiguousCompanyError,
    InvalidAppError,
    NameTakenError,
    UnknownAppError,
)
from easement.recipients.model import App, AppSecret
from easement.recipients.service import Recipients

_LOCK = "recipients"
_LONGEST_OVERLAP = timedelta(days=30)


class Registration:
    """How apps come into being and change.

    `allow_http` is for a sandbox: its apps may be called back at localhost over http.
    """

    def __init__(self, recipients: Recipients, clock: Clock, *, allow_http: bool) -> None:
        self._recipients = recipients
        self._clock = clock
        self._allow_http = allow_http

    async def company(self, tx: Transaction, id_or_name: str) -> tuple[str, str]:
        """Id and name of the company so called; a new one if there is none.

        Raises:
            AmbiguousCompanyError: several bear the name.
        """
        await tx.exclusively(_LOCK)
        found = await store.companies_called(tx, id_or_name)
        if len(found) > 1:
            raise AmbiguousCompanyError(id_or_name)
        return found[0] if found else (new_id("company"), id_or_name)

    async def create(self, tx: Transaction, app: App) -> tuple[App, str | None]:
        """Register `app` under a new client_id; its secret is seen here only.

        An app with keys has no secret.

        Raises:
            InvalidAppError: names the fields that are not as they must be.
        """
        secret = new_secret() if app.jwks is None else None
        hashes = () if secret is None else (AppSecret(self._recipients.secret_hash(secret)),)
        made = replace(app, id=secrets.token_hex(16), secrets=frozenset(hashes))
        return await self._save(tx, made), secret

    async def update(self, tx: Transaction, app_id: str, change: Callable[[App], App]) -> App:
        """Bring the app to what `change` makes of it.

        An app that gets keys loses its secrets: a weaker way in would make the keys worth nothing.

        Raises:
            UnknownAppError: there is no such app.
            InvalidAppError: names the fields that are not as they must be.
        """
        changed = change(await self._stored(tx, app_id))
        if changed.jwks is not None:
            changed = replace(changed, secrets=frozenset())
        return await self._save(tx, changed)

    async def rotate_secret(self, tx: Transaction, app_id: str, overlap: timedelta) -> str:
        """A new secret, seen here only; the newest of before counts on for `overlap`.

        At most two count at a time, so that a rotation begun twice leaves no third behind.

        Raises:
            UnknownAppError: there is no such app.
            InvalidAppError: it authenticates with its keys, or the overlap is too long.
        """
        app = await self._stored(tx, app_id)
        if app.jwks is not None:
            raise InvalidAppError({"jwks": "expected an app without keys: this one has no secret"})
        if not timedelta() <= overlap <= _LONGEST_OVERLAP:
            raise InvalidAppError({"overlap": "expected at most 30 days"})
        now = self._clock.now()
        secret = new_secret()
        lasting = {
            AppSecret(each.hash, now + overlap)
            for each in app.secrets
            if each.expires_at is None and overlap
        }
        fresh = AppSecret(self._recipients.secret_hash(secret))
        await self._recipients.register(tx, replace(app, secrets=frozenset({fresh, *lasting})))
        return secret

    async def _stored(self, tx: Transaction, app_id: str) -> App:
        await tx.exclusively(_LOCK)
        app = None if "\0" in app_id else await store.load_app(tx, app_id)
        if app is None:
            raise UnknownAppError(app_id)
        return app

    async def _save(self, tx: Transaction, app: App) -> App:
        await tx.exclusively(_LOCK)
        app = checked(app, allow_http=self._allow_http)
        others = await store.names_in_company(tx, app.company_id)
        others.pop(app.id, None)
        if app.name.casefold() in {name.casefold() for name in others.values()}:
            raise NameTakenError
        await self._recipients.register(tx, app)
        return app
