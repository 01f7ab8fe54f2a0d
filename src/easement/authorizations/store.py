"""All SQL of authorizations."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from easement.authorizations.model import Authorization, Request, Step
from easement.authorizations.tables import authorizations
from easement.platform.db import Transaction


async def insert_authorization(
    tx: Transaction, authorization: Authorization, now: datetime
) -> None:
    request = authorization.request
    await tx.execute(
        insert(authorizations).values(
            id=authorization.id,
            app_id=request.app_id,
            provider_id=request.provider_id,
            redirect_uri=request.redirect_uri,
            scope=request.scope,
            state=request.state,
            nonce=request.nonce,
            code_challenge=request.code_challenge,
            subject_hint=request.subject_hint,
            pushed_hash=request.pushed_hash,
            browser_hash=authorization.browser_hash,
            step=authorization.step,
            created_at=now,
            expires_at=authorization.expires_at,
            step_at=now,
        )
    )


async def load_authorization(tx: Transaction, authorization_id: str) -> Authorization | None:
    row = (
        await tx.execute(select(authorizations).where(authorizations.c.id == authorization_id))
    ).first()
    return None if row is None else _authorization(row)


async def advance(
    tx: Transaction,
    authorization_id: str,
    *,
    source: Collection[Step],
    target: Step,
    now: datetime,
    **values: Any,
) -> bool:
    """Go from one of the `source` steps to `target`; True for exactly one of many callers."""
    moved = await tx.execute(
        update(authorizations)
        .where(authorizations.c.id == authorization_id, authorizations.c.step.in_(source))
        .values(step=target, step_at=now, **values)
    )
    return moved.rowcount == 1


async def set_offered(tx: Transaction, authorization_id: str, account_ids: Collection[str]) -> None:
    await tx.execute(
        update(authorizations)
        .where(authorizations.c.id == authorization_id, authorizations.c.step == Step.ACCOUNTS)
        .values(offered_account_ids=sorted(account_ids))
    )


async def expired_with_connection(
    tx: Transaction, now: datetime, limit: int
) -> list[tuple[str, str]]:
    """Ids of unfinished authorizations past their time, each with its bank connection."""
    rows = await tx.execute(
        select(authorizations.c.id, authorizations.c.connection_id)
        .where(
            authorizations.c.expires_at < now,
            authorizations.c.step == Step.ACCOUNTS,
            authorizations.c.connection_id.is_not(None),
        )
        .limit(limit)
    )
    return [(row.id, row.connection_id) for row in rows]


async def delete_older(tx: Transaction, before: datetime) -> None:
    # Not those whose bank connection is still to be retired: nobody else knows of it.
    await tx.execute(
        delete(authorizations).where(
            authorizations.c.expires_at < before, authorizations.c.step != Step.ACCOUNTS
        )
    )


async def delete_all(tx: Transaction) -> None:
    await tx.execute(delete(authorizations))


def _authorization(row: Row[Any]) -> Authorization:
    return Authorization(
        id=row.id,
        request=Request(
            app_id=row.app_id,
            provider_id=row.provider_id,
            redirect_uri=row.redirect_uri,
            scope=row.scope,
            state=row.state,
            nonce=row.nonce,
            code_challenge=row.code_challenge,
            subject_hint=row.subject_hint,
            pushed_hash=row.pushed_hash,
        ),
        browser_hash=row.browser_hash,
        step=Step(row.step),
        connection_id=row.connection_id,
        offered_account_ids=frozenset(row.offered_account_ids or ()),
        auth_time=row.auth_time,
        expires_at=row.expires_at,
        step_at=row.step_at,
    )
