"""The apps' rights: try an app without payments, or one whose subscription is suspended."""

from dataclasses import replace
from typing import Any

import msgspec

from easement.platform.db import Database
from easement.products.model import Product
from easement.recipients.model import App, SubscriptionStatus
from easement.recipients.service import Recipients
from easement.sandbox.refusals import invalid, not_found


class AppChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; None leaves it."""

    products: list[str] | None = None
    subscription: str | None = None


class SandboxApps:
    """The registered apps and their subscription to the sandbox bank."""

    def __init__(self, provider_id: str, db: Database, recipients: Recipients) -> None:
        self._provider_id = provider_id
        self._db = db
        self._recipients = recipients

    async def every(self) -> list[dict[str, Any]]:
        """All apps as JSON."""
        return [self._shown(app) for app in await self._recipients.every()]

    async def change(self, client_id: str, change: AppChange) -> dict[str, Any]:
        """Change an app, until the network starts again or is reset.

        Raises:
            ControlError: no such app, product or status.
        """
        app = await self._recipients.current(client_id)
        if app is None:
            raise not_found("Expected the client_id of a registered app.")
        if change.products is None and change.subscription is None:
            raise invalid("Expected products, subscription or both.")
        if change.products is not None:
            app = replace(app, products=_products(change.products))
        if change.subscription is not None:
            status = _status(change.subscription)
            app = replace(app, subscriptions={**app.subscriptions, self._provider_id: status})
        async with self._db.transaction() as tx:
            await self._recipients.register(tx, app)
        return self._shown(app)

    def _shown(self, app: App) -> dict[str, Any]:
        return {
            "clientId": app.id,
            "name": app.name,
            "products": [product for product in Product if product in app.products],
            "subscription": app.subscriptions.get(self._provider_id),
        }


def _products(names: list[str]) -> frozenset[Product]:
    unknown = sorted(set(names) - set(Product))
    if unknown:
        raise invalid(
            f"Expected products out of {', '.join(Product)}; got {', '.join(unknown)[:200]}."
        )
    return frozenset(map(Product, names))


def _status(name: str) -> SubscriptionStatus:
    if name not in set(SubscriptionStatus):
        raise invalid(f"Expected subscription to be one of {', '.join(SubscriptionStatus)}.")
    return SubscriptionStatus(name)
