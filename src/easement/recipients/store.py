"""All SQL of recipients."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, text, update

from easement.fdx.consent_duration import ConsentDuration, DurationType
from easement.platform.db import Transaction, UtcDateTime
from easement.products.model import Product
from easement.recipients.model import App, AppSecret, Profile, SubscriptionStatus
from easement.recipients.tables import (
    app_secrets,
    apps,
    client_assertions,
    companies,
    redirect_uris,
    subscriptions,
)

# Both databases spell it alike; the one who inserts is the one who may go on.
_USE_ASSERTION = text(
    "INSERT INTO client_assertions (app_id, jti_hash, expires_at)"
    " VALUES (:app_id, :jti_hash, :expires_at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("expires_at", type_=UtcDateTime))


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
        secrets=await _secrets(tx, app_id),
        profile=Profile(row.profile),
        jwks=row.jwks,
        id_token_alg=row.id_token_alg,
        consent_duration=_duration(row),
        support_email=row.support_email,
    )


async def app_ids(tx: Transaction) -> list[str]:
    """All apps, in the order of their names."""
    return list((await tx.execute(select(apps.c.id).order_by(apps.c.name, apps.c.id))).scalars())


async def app_ids_by_name(tx: Transaction, name: str) -> list[str]:
    """The apps of that name, over all companies."""
    return list((await tx.execute(select(apps.c.id).where(apps.c.name == name))).scalars())


async def names_in_company(tx: Transaction, company_id: str) -> dict[str, str]:
    """The company's apps: names by id."""
    rows = await tx.execute(select(apps.c.id, apps.c.name).where(apps.c.company_id == company_id))
    return {row.id: row.name for row in rows}


async def companies_called(tx: Transaction, id_or_name: str) -> list[tuple[str, str]]:
    """Ids and names of the companies with that id or name."""
    wanted = (companies.c.id == id_or_name) | (companies.c.name == id_or_name)
    rows = await tx.execute(select(companies.c.id, companies.c.name).where(wanted))
    return [(row.id, row.name) for row in rows]


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
    duration = app.consent_duration
    values = {
        "company_id": app.company_id,
        "name": app.name,
        "logo_url": app.logo_url,
        "products": sorted(app.products),
        "profile": app.profile,
        "jwks": None if app.jwks is None else dict(app.jwks),
        "id_token_alg": app.id_token_alg,
        "consent_duration_type": None if duration is None else duration.type,
        "consent_duration_days": None if duration is None else duration.days,
        "support_email": app.support_email,
    }
    changed = await tx.execute(update(apps).where(apps.c.id == app.id).values(**values))
    if changed.rowcount == 0:
        await tx.execute(insert(apps).values(id=app.id, created_at=now, **values))
    await _save_secrets(tx, app, now)
    for table in (redirect_uris, subscriptions):
        await tx.execute(delete(table).where(table.c.app_id == app.id))
    await _insert(tx, redirect_uris, ({"app_id": app.id, "uri": u} for u in app.redirect_uris))
    await _insert(
        tx,
        subscriptions,
        (
            {"app_id": app.id, "provider_id": provider, "status": status, "updated_at": now}
            for provider, status in app.subscriptions.items()
        ),
    )


async def delete_expired_secrets(tx: Transaction, now: datetime) -> None:
    await tx.execute(delete(app_secrets).where(app_secrets.c.expires_at < now))


async def use_assertion(tx: Transaction, app_id: str, jti_hash: str, expires_at: datetime) -> bool:
    """True for exactly one of many callers with the same assertion."""
    used = await tx.execute(
        _USE_ASSERTION, {"app_id": app_id, "jti_hash": jti_hash, "expires_at": expires_at}
    )
    return used.rowcount == 1


async def delete_expired_assertions(tx: Transaction, now: datetime) -> None:
    await tx.execute(delete(client_assertions).where(client_assertions.c.expires_at < now))


async def _secrets(tx: Transaction, app_id: str) -> frozenset[AppSecret]:
    rows = await tx.execute(select(app_secrets).where(app_secrets.c.app_id == app_id))
    return frozenset(AppSecret(row.secret_hash, row.expires_at) for row in rows)


async def _save_secrets(tx: Transaction, app: App, now: datetime) -> None:
    """Only what differs is written, so that a secret keeps the day it was made."""
    stored = await _secrets(tx, app.id)
    for gone in stored - app.secrets:
        await tx.execute(
            delete(app_secrets).where(
                app_secrets.c.app_id == app.id, app_secrets.c.secret_hash == gone.hash
            )
        )
    await _insert(
        tx,
        app_secrets,
        (
            {
                "app_id": app.id,
                "secret_hash": secret.hash,
                "created_at": now,
                "expires_at": secret.expires_at,
            }
            for secret in app.secrets - stored
        ),
    )


def _duration(row: Row[Any]) -> ConsentDuration | None:
    if row.consent_duration_type is None:
        return None
    return ConsentDuration(DurationType(row.consent_duration_type), row.consent_duration_days)


async def _insert(tx: Transaction, table: object, rows: Iterable[dict[str, object]]) -> None:
    values = list(rows)
    if values:
        await tx.execute(insert(table), values)  # type: ignore[arg-type]
