"""All SQL of tokens. Claiming is one conditional UPDATE whose row count decides."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from easement.platform.db import Transaction
from easement.tokens.model import CodeRequest, Family
from easement.tokens.tables import access_tokens, codes, refresh_tokens, token_families


async def insert_family(tx: Transaction, family: Family, now: datetime) -> None:
    await tx.execute(
        insert(token_families).values(
            id=family.id,
            grant_id=family.grant_id,
            app_id=family.app_id,
            scope=family.scope,
            auth_time=family.auth_time,
            created_at=now,
        )
    )


async def insert_code(
    tx: Transaction, code_hash: str, family_id: str, request: CodeRequest, expires_at: datetime
) -> None:
    await tx.execute(
        insert(codes).values(
            hash=code_hash,
            family_id=family_id,
            app_id=request.app_id,
            redirect_uri=request.redirect_uri,
            nonce=request.nonce,
            code_challenge=request.code_challenge,
            expires_at=expires_at,
        )
    )


async def load_code(tx: Transaction, code_hash: str) -> Row[Any] | None:
    """The code beside its family."""
    return (
        await tx.execute(
            select(
                codes,
                token_families.c.grant_id,
                token_families.c.scope,
                token_families.c.auth_time,
                token_families.c.ended_at,
            )
            .join(token_families)
            .where(codes.c.hash == code_hash)
        )
    ).first()


async def claim_code(tx: Transaction, code_hash: str, now: datetime) -> bool:
    """True for exactly one of many callers, and for none once the family has ended."""
    claimed = await tx.execute(
        update(codes)
        .where(
            codes.c.hash == code_hash, codes.c.claimed_at.is_(None), codes.c.family_id.in_(_alive())
        )
        .values(claimed_at=now)
    )
    return claimed.rowcount == 1


async def insert_refresh_token(
    tx: Transaction, token_hash: str, family_id: str, predecessor: str | None, now: datetime
) -> None:
    await tx.execute(
        insert(refresh_tokens).values(
            hash=token_hash, family_id=family_id, predecessor=predecessor, created_at=now
        )
    )


async def load_refresh_token(tx: Transaction, token_hash: str) -> Row[Any] | None:
    """The refresh token beside its family."""
    return (
        await tx.execute(
            select(
                refresh_tokens,
                token_families.c.grant_id,
                token_families.c.app_id,
                token_families.c.scope,
                token_families.c.auth_time,
                token_families.c.ended_at,
            )
            .join(token_families)
            .where(refresh_tokens.c.hash == token_hash)
        )
    ).first()


async def claim_refresh_token(tx: Transaction, token_hash: str, now: datetime) -> bool:
    """True for exactly one of many callers, and for none once the family has ended."""
    claimed = await tx.execute(
        update(refresh_tokens)
        .where(
            refresh_tokens.c.hash == token_hash,
            refresh_tokens.c.claimed_at.is_(None),
            refresh_tokens.c.family_id.in_(_alive()),
        )
        .values(claimed_at=now)
    )
    return claimed.rowcount == 1


async def successor_was_used(tx: Transaction, predecessor: str) -> bool:
    """Whether a refresh token that replaced `predecessor` was itself claimed."""
    used = await tx.execute(
        select(refresh_tokens.c.hash).where(
            refresh_tokens.c.predecessor == predecessor, refresh_tokens.c.claimed_at.is_not(None)
        )
    )
    return used.first() is not None


async def insert_access_token(
    tx: Transaction, token_hash: str, family_id: str, expires_at: datetime
) -> None:
    await tx.execute(
        insert(access_tokens).values(hash=token_hash, family_id=family_id, expires_at=expires_at)
    )


async def load_access_token(tx: Transaction, token_hash: str) -> Row[Any] | None:
    """The access token beside its family."""
    return (
        await tx.execute(
            select(
                access_tokens.c.expires_at,
                token_families.c.grant_id,
                token_families.c.scope,
                token_families.c.ended_at,
            )
            .join(token_families)
            .where(access_tokens.c.hash == token_hash)
        )
    ).first()


async def family_is_alive(tx: Transaction, family_id: str) -> bool:
    found = await tx.execute(_alive().where(token_families.c.id == family_id))
    return found.first() is not None


async def end_family(tx: Transaction, family_id: str, reason: str, now: datetime) -> None:
    await tx.execute(
        update(token_families)
        .where(token_families.c.id == family_id, token_families.c.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason)
    )


async def end_families_of(tx: Transaction, grant_id: str, reason: str, now: datetime) -> None:
    await tx.execute(
        update(token_families)
        .where(token_families.c.grant_id == grant_id, token_families.c.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason)
    )


def _alive() -> Select[tuple[str]]:
    return select(token_families.c.id).where(token_families.c.ended_at.is_(None))


async def delete_expired(
    tx: Transaction, *, codes_before: datetime, tokens_before: datetime, used_before: datetime
) -> None:
    """Delete codes and access tokens that expired, refresh tokens that were used long ago, and
    families that ended long ago with all that is left of them."""
    await tx.execute(delete(codes).where(codes.c.expires_at < codes_before))
    await tx.execute(delete(access_tokens).where(access_tokens.c.expires_at < tokens_before))
    await tx.execute(delete(refresh_tokens).where(refresh_tokens.c.claimed_at < used_before))
    ended = select(token_families.c.id).where(token_families.c.ended_at < used_before)
    for table in (codes, access_tokens, refresh_tokens):
        await tx.execute(delete(table).where(table.c.family_id.in_(ended)))
    await tx.execute(delete(token_families).where(token_families.c.ended_at < used_before))
