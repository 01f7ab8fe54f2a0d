"""All SQL of consent."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select, update

from easement.consent.model import Grant, GrantStatus, Initiator
from easement.consent.tables import grants
from easement.platform.db import Transaction
from easement.products.model import Product


async def insert_grant(tx: Transaction, grant: Grant) -> None:
    await tx.execute(
        insert(grants).values(
            id=grant.id,
            app_id=grant.app_id,
            company_id=grant.company_id,
            provider_id=grant.provider_id,
            connection_id=grant.connection_id,
            subject=grant.subject,
            login_hash=grant.login_hash,
            account_ids=sorted(grant.account_ids),
            products=sorted(grant.products),
            status=grant.status,
            created_at=grant.created_at,
            updated_at=grant.created_at,
            expires_at=grant.expires_at,
        )
    )


async def load_grant(tx: Transaction, grant_id: str) -> Grant | None:
    row = (await tx.execute(select(grants).where(grants.c.id == grant_id))).first()
    if row is None:
        return None
    return Grant(
        id=row.id,
        app_id=row.app_id,
        company_id=row.company_id,
        provider_id=row.provider_id,
        connection_id=row.connection_id,
        subject=row.subject,
        login_hash=row.login_hash,
        account_ids=frozenset(row.account_ids),
        products=frozenset(map(Product, row.products)),
        status=GrantStatus(row.status),
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        ended_by=None if row.ended_by is None else Initiator(row.ended_by),
    )


async def end_grant(tx: Transaction, grant_id: str, by: Initiator, now: datetime) -> bool:
    """Revoke an active grant; False if it has ended already or never was."""
    ended = await tx.execute(
        update(grants)
        .where(grants.c.id == grant_id, grants.c.status == GrantStatus.ACTIVE)
        .values(status=GrantStatus.REVOKED, ended_at=now, ended_by=by, updated_at=now)
    )
    return ended.rowcount == 1


async def set_accounts(
    tx: Transaction, grant_id: str, account_ids: Collection[str], now: datetime
) -> bool:
    """Replace the accounts of an active grant; False if it has ended or never was."""
    changed = await tx.execute(
        update(grants)
        .where(grants.c.id == grant_id, grants.c.status == GrantStatus.ACTIVE)
        .values(account_ids=sorted(account_ids), updated_at=now)
    )
    return changed.rowcount == 1
