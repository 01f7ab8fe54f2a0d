"""All SQL of consent."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, delete, insert, literal, literal_column, null, or_, select, update

from easement.consent.model import Grant, GrantStatus, Initiator
from easement.consent.tables import grants
from easement.fdx.consent_duration import DurationType
from easement.platform.db import Transaction, UtcDateTime
from easement.products.model import Product

# Written out, or the planner would not know that the index of active grants serves.
_IS_ACTIVE = grants.c.status == literal_column("'ACTIVE'")


async def insert_grant(tx: Transaction, grant: Grant, granted_until: datetime | None) -> None:
    """`granted_until` is what was consented to; the grant's `expires_at` may come earlier."""
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
            granted_until=granted_until,
            duration_type=grant.duration_type,
        )
    )


async def load_grant(tx: Transaction, grant_id: str) -> Grant | None:
    row = (await tx.execute(select(grants).where(grants.c.id == grant_id))).first()
    return None if row is None else _grant(row)


async def newest_grants(tx: Transaction, limit: int) -> list[Grant]:
    """The grants made last, the newest first."""
    rows = await tx.execute(
        select(grants).order_by(grants.c.created_at.desc(), grants.c.id).limit(limit)
    )
    return [_grant(row) for row in rows]


def _grant(row: Row[Any]) -> Grant:
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
        duration_type=DurationType(row.duration_type),
    )


async def move_end(
    tx: Transaction, connection_id: str, ends_at: datetime, told_until: datetime
) -> list[str]:
    """Let the active grants of a connection last until `ends_at`, but no longer than was consented
    to; their ids. An end that now lies behind `told_until` is to be told anew when it comes."""
    of_it = (grants.c.connection_id == connection_id, grants.c.status == GrantStatus.ACTIVE)
    ids = list((await tx.execute(select(grants.c.id).where(*of_it))).scalars())
    is_earlier = or_(grants.c.granted_until.is_(None), grants.c.granted_until > ends_at)
    until = case((is_earlier, literal(ends_at, UtcDateTime)), else_=grants.c.granted_until)
    reminded_at = case((until > told_until, null()), else_=grants.c.reminded_at)
    await tx.execute(update(grants).where(*of_it).values(expires_at=until, reminded_at=reminded_at))
    return ids


async def end_grant(
    tx: Transaction, grant_id: str, by: Initiator, reason: str | None, now: datetime
) -> bool:
    """Revoke an active grant; False if it has ended already or never was."""
    ended = await tx.execute(
        update(grants)
        .where(grants.c.id == grant_id, grants.c.status == GrantStatus.ACTIVE)
        .values(
            status=GrantStatus.REVOKED,
            ended_at=now,
            ended_by=by,
            end_reason=reason,
            updated_at=now,
        )
    )
    return ended.rowcount == 1


async def past_their_end(tx: Transaction, now: datetime, at_most: int) -> list[str]:
    """Active grants whose time is over."""
    query = select(grants.c.id).where(_IS_ACTIVE, grants.c.expires_at <= now).limit(at_most)
    return list((await tx.execute(query)).scalars())


async def expire_grant(tx: Transaction, grant_id: str, now: datetime) -> bool:
    """True for exactly one of many callers; False if it has ended, or its end was moved."""
    expired = await tx.execute(
        update(grants)
        .where(
            grants.c.id == grant_id,
            grants.c.status == GrantStatus.ACTIVE,
            grants.c.expires_at <= now,
        )
        .values(status=GrantStatus.EXPIRED, ended_at=now, end_reason="expired", updated_at=now)
    )
    return expired.rowcount == 1


async def ending_before(
    tx: Transaction, moment: datetime, now: datetime, at_most: int
) -> list[str]:
    """Active grants that end between now and `moment`, and were not looked at because of it."""
    query = (
        select(grants.c.id)
        .where(
            _IS_ACTIVE,
            grants.c.expires_at > now,
            grants.c.expires_at <= moment,
            grants.c.reminded_at.is_(None),
        )
        .limit(at_most)
    )
    return list((await tx.execute(query)).scalars())


async def claim_reminder(tx: Transaction, grant_id: str, now: datetime) -> bool:
    """True for exactly one of many callers."""
    claimed = await tx.execute(
        update(grants)
        .where(
            grants.c.id == grant_id,
            grants.c.status == GrantStatus.ACTIVE,
            grants.c.reminded_at.is_(None),
        )
        .values(reminded_at=now)
    )
    return claimed.rowcount == 1


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


async def delete_all(tx: Transaction) -> None:
    await tx.execute(delete(grants))
