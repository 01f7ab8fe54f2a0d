"""All SQL of recipients."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from easement.platform.db import Transaction
from easement.products.model import Product
from easement.recipients.model import App, SubscriptionStatus
from easement.recipients.tables import app_secrets, apps, companies, redirect_uris, subscriptions


async def load_app(tx: Transaction, app_id: str) -> App | None:
    """The app with everything that belongs to it."""
    row = (
        await tx.execute(
            select(apps, companies.c.name.label("company_name"))
            .join(companies)
            .where(apps.c.id == app_id)
        )
    ).first()
    if row is None:
        return None
    uris = (
        await tx.execute(select(redirect_uris.c.uri).where(redirect_uris.c.app_id == app_id))
    ).scalars()
    secrets = (
        await tx.execute(select(app_secrets.c.secret_hash).where(app_secrets.c.app_id == app_id))
    ).scalars()
    subscribed = (
        await tx.execute(select(subscriptions).where(subscriptions.c.app_id == app_id))
    ).all()
    return App(
        id=row.id,
        name=row.name,
        company_id=row.company_id,
        company_name=row.company_name,
        logo_url=row.logo_url,
        redirect_uris=frozenset(uris),
        products=frozenset(map(Product, row.products)),
        subscriptions={each.provider_id: SubscriptionStatus(each.status) for each in subscribed},
        secret_hashes=frozenset(secrets),
    )


async def app_ids_by_name(tx: Transaction, name: str) -> list[str]:
    """The apps of that name, over all companies."""
    return list((await tx.execute(select(apps.c.id).where(apps.c.name == name))).scalars())


async def save_company(tx: Transaction, company_id: str, name: str, now: datetime) -> None:
    """Make the company, or give it its name."""
    values = {"id": company_id, "name": name, "created_at": now}
    changed = await tx.execute(
        update(companies).where(companies.c.id == company_id).values(name=name)
    )
    if changed.rowcount == 0:
        await tx.execute(insert(companies).values(**values))


async def save_app(tx: Transaction, app: App, now: datetime) -> None:
    """Make the app, or bring all that belongs to it to what `app` says."""
    values = {
        "company_id": app.company_id,
        "name": app.name,
        "logo_url": app.logo_url,
        "products": sorted(app.products),
    }
    changed = await tx.execute(update(apps).where(apps.c.id == app.id).values(**values))
    if changed.rowcount == 0:
        await tx.execute(insert(apps).values(id=app.id, created_at=now, **values))
    for table in (app_secrets, redirect_uris, subscriptions):
        await tx.execute(delete(table).where(table.c.app_id == app.id))
    await _insert(
        tx,
        app_secrets,
        ({"app_id": app.id, "secret_hash": each, "created_at": now} for each in app.secret_hashes),
    )
    await _insert(tx, redirect_uris, ({"app_id": app.id, "uri": u} for u in app.redirect_uris))
    await _insert(
        tx,
        subscriptions,
        (
            {"app_id": app.id, "provider_id": provider, "status": status, "updated_at": now}
            for provider, status in app.subscriptions.items()
        ),
    )


async def _insert(tx: Transaction, table: object, rows: Iterable[dict[str, object]]) -> None:
    values = list(rows)
    if values:
        await tx.execute(insert(table), values)  # type: ignore[arg-type]
