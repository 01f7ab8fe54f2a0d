"""All SQL of tokens. Claiming is one conditional UPDATE whose row count decides.

Statements are built once: building one costs more than running it on SQLite, and a refresh is six.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Table,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from easement.platform.db import Transaction
from easement.tokens.model import CodeRequest, Family
from easement.tokens.tables import access_tokens, codes, refresh_tokens, token_families

_ALIVE = select(token_families.c.id).where(token_families.c.ended_at.is_(None))

# What every token needs to know of its family.
_FAMILY = (
    token_families.c.grant_id,
    token_families.c.scope,
    token_families.c.auth_time,
    token_families.c.lasts_until,
    token_families.c.ended_at,
)

_LOAD_CODE = select(codes, *_FAMILY).join(token_families).where(codes.c.hash == bindparam("wanted"))
_CLAIM_CODE = (
    update(codes)
    .where(
        codes.c.hash == bindparam("wanted"),
        codes.c.claimed_at.is_(None),
        codes.c.family_id.in_(_ALIVE),
    )
    .values(claimed_at=bindparam("now"))
)
_LOAD_REFRESH_TOKEN = (
    select(refresh_tokens, token_families.c.app_id, *_FAMILY)
    .join(token_families)
    .where(refresh_tokens.c.hash == bindparam("wanted"))
)
_CLAIM_REFRESH_TOKEN = (
    update(refresh_tokens)
    .where(
        refresh_tokens.c.hash == bindparam("wanted"),
        refresh_tokens.c.claimed_at.is_(None),
        or_(refresh_tokens.c.expires_at.is_(None), refresh_tokens.c.expires_at > bindparam("now")),
        refresh_tokens.c.family_id.in_(_ALIVE),
    )
    .values(claimed_at=bindparam("now"))
)
_USED_SUCCESSOR = select(refresh_tokens.c.hash).where(
    refresh_tokens.c.predecessor == bindparam("predecessor"),
    refresh_tokens.c.claimed_at.is_not(None),
)
_UNUSED_SUCCESSOR = select(refresh_tokens.c.hash).where(
    refresh_tokens.c.hash == bindparam("wanted"),
    refresh_tokens.c.predecessor == bindparam("predecessor"),
    refresh_tokens.c.claimed_at.is_(None),
)
_SET_LASTS_UNTIL = (
    update(token_families)
    .where(token_families.c.id == bindparam("family"))
    .values(lasts_until=bindparam("until"))
)
_LOAD_ACCESS_TOKEN = (
    select(access_tokens, token_families.c.app_id, *_FAMILY)
    .join(token_families)
    .where(access_tokens.c.hash == bindparam("wanted"))
)
_INSERT_FAMILY = insert(token_families)
_INSERT_CODE = insert(codes)
_INSERT_REFRESH_TOKEN = insert(refresh_tokens)
_INSERT_ACCESS_TOKEN = insert(access_tokens)


async def insert_family(tx: Transaction, family: Family, now: datetime) -> None:
    row = {
        "id": family.id,
        "grant_id": family.grant_id,
        "app_id": family.app_id,
        "scope": family.scope,
        "auth_time": family.auth_time,
        "lasts_until": family.lasts_until,
        "created_at": now,
    }
    await tx.execute(_INSERT_FAMILY, row)


async def insert_code(
    tx: Transaction, code_hash: str, family_id: str, request: CodeRequest, expires_at: datetime
) -> None:
    row = {
        "hash": code_hash,
        "family_id": family_id,
        "app_id": request.app_id,
        "redirect_uri": request.redirect_uri,
        "nonce": request.nonce,
        "code_challenge": request.code_challenge,
        "expires_at": expires_at,
    }
    await tx.execute(_INSERT_CODE, row)


async def load_code(tx: Transaction, code_hash: str) -> Row[Any] | None:
    """The code beside its family."""
    return (await tx.execute(_LOAD_CODE, {"wanted": code_hash})).first()


async def claim_code(tx: Transaction, code_hash: str, now: datetime) -> bool:
    """True for exactly one of many callers, and for none once the family has ended."""
    return (await tx.execute(_CLAIM_CODE, {"wanted": code_hash, "now": now})).rowcount == 1


async def insert_refresh_token(
    tx: Transaction,
    token_hash: str,
    family_id: str,
    *,
    predecessor: str,
    now: datetime,
    expires_at: datetime | None,
) -> None:
    row = {
        "hash": token_hash,
        "family_id": family_id,
        "predecessor": predecessor,
        "created_at": now,
        "expires_at": expires_at,
    }
    await tx.execute(_INSERT_REFRESH_TOKEN, row)


async def load_refresh_token(tx: Transaction, token_hash: str) -> Row[Any] | None:
    """The refresh token beside its family."""
    return (await tx.execute(_LOAD_REFRESH_TOKEN, {"wanted": token_hash})).first()


async def claim_refresh_token(tx: Transaction, token_hash: str, now: datetime) -> bool:
    """True for exactly one of many callers, and for none once it has expired or its family has
    ended."""
    claimed = await tx.execute(_CLAIM_REFRESH_TOKEN, {"wanted": token_hash, "now": now})
    return claimed.rowcount == 1


async def successor_was_used(tx: Transaction, predecessor: str) -> bool:
    """Whether a refresh token that replaced `predecessor` was itself claimed."""
    return (await tx.execute(_USED_SUCCESSOR, {"predecessor": predecessor})).first() is not None


async def has_unused_successor(tx: Transaction, predecessor: str, token_hash: str) -> bool:
    """Whether the refresh token of that hash replaced `predecessor` and was not itself claimed."""
    wanted = {"predecessor": predecessor, "wanted": token_hash}
    return (await tx.execute(_UNUSED_SUCCESSOR, wanted)).first() is not None


async def set_lasts_until(tx: Transaction, family_id: str, until: datetime | None) -> None:
    await tx.execute(_SET_LASTS_UNTIL, {"family": family_id, "until": until})


async def insert_access_token(
    tx: Transaction, token_hash: str, family_id: str, expires_at: datetime
) -> None:
    row = {"hash": token_hash, "family_id": family_id, "expires_at": expires_at}
    await tx.execute(_INSERT_ACCESS_TOKEN, row)


async def load_access_token(tx: Transaction, token_hash: str) -> Row[Any] | None:
    """The access token beside its family."""
    return (await tx.execute(_LOAD_ACCESS_TOKEN, {"wanted": token_hash})).first()


async def load_family(tx: Transaction, family_id: str) -> Row[Any] | None:
    """Whose a family is, ended or not."""
    query = select(token_families.c.app_id, *_FAMILY).where(token_families.c.id == family_id)
    return (await tx.execute(query)).first()


async def family_is_alive(tx: Transaction, family_id: str) -> bool:
    return (await tx.execute(_ALIVE.where(token_families.c.id == family_id))).first() is not None


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


Sweep = Callable[[Transaction], Awaitable[int]]
"""Deletes or ends some of what is past its time; how many."""


def sweeps(
    *, codes_before: datetime, now: datetime, used_before: datetime, at_most: int
) -> list[Sweep]:
    """What keeps the tables bounded, in an order that foreign keys allow.

    Codes and access tokens that have expired, refresh tokens used long ago, families whose last
    token has expired (which end), and families that ended long ago with all that is left of them.
    """
    ended = select(token_families.c.id).where(token_families.c.ended_at < used_before)
    past: list[tuple[Table, ColumnElement[bool]]] = [
        (codes, codes.c.expires_at < codes_before),
        (access_tokens, access_tokens.c.expires_at < now),
        # The second says it all; by the first, which is indexed, it is found.
        (
            refresh_tokens,
            (refresh_tokens.c.created_at < used_before)
            & (refresh_tokens.c.claimed_at < used_before),
        ),
        *((table, table.c.family_id.in_(ended)) for table in (codes, access_tokens)),
        (refresh_tokens, refresh_tokens.c.family_id.in_(ended)),
        (token_families, token_families.c.ended_at < used_before),
    ]
    return [
        partial(_end_past_families, now=now, at_most=at_most),
        *(partial(_delete_some, table=each, which=which, at_most=at_most) for each, which in past),
    ]


async def _end_past_families(tx: Transaction, now: datetime, at_most: int) -> int:
    past = (token_families.c.lasts_until < now, token_families.c.ended_at.is_(None))
    some = select(token_families.c.id).where(*past).limit(at_most)
    ended = await tx.execute(
        update(token_families)
        # Said again: a refresh at this moment may have put it off.
        .where(token_families.c.id.in_(some), *past)
        .values(ended_at=now, end_reason="expired")
    )
    return ended.rowcount


async def _delete_some(
    tx: Transaction, table: Table, which: ColumnElement[bool], at_most: int
) -> int:
    (key,) = table.primary_key.columns
    some = select(key).where(which).limit(at_most)
    return (await tx.execute(delete(table).where(key.in_(some)))).rowcount


async def delete_all(tx: Transaction) -> None:
    """Delete every family with its codes and tokens."""
    for table in (codes, access_tokens, refresh_tokens, token_families):
        await tx.execute(delete(table))
