"""All SQL of consumer sessions."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from easement.authorizations.sessions.model import ConsumerSession
from easement.authorizations.sessions.tables import consumer_sessions
from easement.platform.db import Transaction


async def insert_session(tx: Transaction, session_hash: str, session: ConsumerSession) -> None:
    await tx.execute(
        insert(consumer_sessions).values(
            hash=session_hash,
            app_id=session.app_id,
            provider_id=session.provider_id,
            grant_id=session.grant_id,
            scope=session.scope,
            auth_time=session.auth_time,
            expires_at=session.expires_at,
        )
    )


async def load_sessions(tx: Transaction, session_hash: str) -> list[ConsumerSession]:
    rows = await tx.execute(
        select(consumer_sessions).where(consumer_sessions.c.hash == session_hash)
    )
    return [
        ConsumerSession(
            app_id=row.app_id,
            provider_id=row.provider_id,
            grant_id=row.grant_id,
            scope=row.scope,
            auth_time=row.auth_time,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


async def rename_sessions(tx: Transaction, old_hash: str, new_hash: str) -> None:
    await tx.execute(
        update(consumer_sessions).where(consumer_sessions.c.hash == old_hash).values(hash=new_hash)
    )


async def delete_session(tx: Transaction, session_hash: str, app_id: str, provider_id: str) -> None:
    await tx.execute(
        delete(consumer_sessions).where(
            consumer_sessions.c.hash == session_hash,
            consumer_sessions.c.app_id == app_id,
            consumer_sessions.c.provider_id == provider_id,
        )
    )


async def delete_sessions(tx: Transaction, session_hash: str) -> None:
    await tx.execute(delete(consumer_sessions).where(consumer_sessions.c.hash == session_hash))


async def delete_expired(tx: Transaction, now: datetime) -> None:
    await tx.execute(delete(consumer_sessions).where(consumer_sessions.c.expires_at < now))


async def delete_all(tx: Transaction) -> None:
    await tx.execute(delete(consumer_sessions))
