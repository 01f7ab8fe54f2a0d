"""All SQL of identity."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update

from easement.identity.model import Credential, ServiceToken
from easement.identity.scopes import CredentialKind
from easement.identity.tables import service_credentials, service_secrets, service_tokens
from easement.oauth.scope import parse_scope
from easement.platform.db import Transaction


async def insert_credential(
    tx: Transaction,
    client_id: str,
    *,
    kind: CredentialKind,
    organisation_id: str,
    scope: str,
    now: datetime,
) -> None:
    await tx.execute(
        insert(service_credentials).values(
            client_id=client_id,
            kind=kind,
            organisation_id=organisation_id,
            scope=scope,
            created_at=now,
        )
    )


async def insert_secret(tx: Transaction, client_id: str, secret_hash: str, now: datetime) -> None:
    await tx.execute(
        insert(service_secrets).values(
            client_id=client_id, secret_hash=secret_hash, created_at=now, expires_at=None
        )
    )


async def expire_secrets(tx: Transaction, client_id: str, at: datetime) -> None:
    """Those that live without an end now live until `at`; those that had an end are gone."""
    mine = service_secrets.c.client_id == client_id
    await tx.execute(delete(service_secrets).where(mine, service_secrets.c.expires_at.is_not(None)))
    await tx.execute(update(service_secrets).where(mine).values(expires_at=at))


async def live_secret_hashes(tx: Transaction, client_id: str, now: datetime) -> list[str]:
    rows = await tx.execute(
        select(service_secrets.c.secret_hash).where(
            service_secrets.c.client_id == client_id, _is_live(now)
        )
    )
    return list(rows.scalars())


async def load_credential(tx: Transaction, client_id: str, now: datetime) -> Credential | None:
    found = await _credentials(tx, service_credentials.c.client_id == client_id, now)
    return found[0] if found else None


async def every_credential(tx: Transaction, now: datetime) -> list[Credential]:
    """In the order of their organisations, the oldest of each first."""
    return await _credentials(tx, service_credentials.c.client_id.is_not(None), now)


async def delete_credential(tx: Transaction, client_id: str) -> bool:
    """With its secrets and tokens; False if there is none."""
    for table in (service_tokens, service_secrets):
        await tx.execute(delete(table).where(table.c.client_id == client_id))
    gone = await tx.execute(
        delete(service_credentials).where(service_credentials.c.client_id == client_id)
    )
    return gone.rowcount == 1


async def insert_token(
    tx: Transaction,
    token_hash: str,
    *,
    client_id: str,
    scope: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    await tx.execute(
        insert(service_tokens).values(
            token_hash=token_hash,
            client_id=client_id,
            scope=scope,
            issued_at=now,
            expires_at=expires_at,
        )
    )


async def load_token(tx: Transaction, token_hash: str) -> ServiceToken | None:
    row = (
        await tx.execute(
            select(
                service_tokens,
                service_credentials.c.kind,
                service_credentials.c.organisation_id,
            )
            .join(service_credentials)
            .where(service_tokens.c.token_hash == token_hash)
        )
    ).first()
    if row is None:
        return None
    return ServiceToken(
        client_id=row.client_id,
        kind=CredentialKind(row.kind),
        organisation_id=row.organisation_id,
        scopes=parse_scope(row.scope),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
    )


async def delete_expired(tx: Transaction, now: datetime) -> None:
    for table in (service_tokens, service_secrets):
        await tx.execute(delete(table).where(table.c.expires_at < now))


def _is_live(now: datetime) -> Any:
    return or_(service_secrets.c.expires_at.is_(None), service_secrets.c.expires_at > now)


async def _credentials(tx: Transaction, wanted: Any, now: datetime) -> list[Credential]:
    living = (
        select(func.count())
        .where(service_secrets.c.client_id == service_credentials.c.client_id, _is_live(now))
        .scalar_subquery()
    )
    rows = await tx.execute(
        select(service_credentials, living.label("secrets"))
        .where(wanted)
        .order_by(
            service_credentials.c.kind.desc(),
            service_credentials.c.organisation_id,
            service_credentials.c.created_at,
        )
    )
    return [_credential(row) for row in rows]


def _credential(row: Row[Any]) -> Credential:
    return Credential(
        client_id=row.client_id,
        kind=CredentialKind(row.kind),
        organisation_id=row.organisation_id,
        scopes=parse_scope(row.scope),
        created_at=row.created_at,
        secrets=row.secrets,
    )
