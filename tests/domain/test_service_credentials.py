"""Service credentials and their tokens: who gets in, for what, and until when."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.identity.credentials import ServiceCredentials
from easement.identity.errors import (
    ServiceTokenRefusal,
    UnknownCredentialError,
    UnknownScopeError,
)
from easement.identity.model import Credential, ServiceToken
from easement.identity.scopes import SCOPES, CredentialKind, granted, in_order
from easement.identity.tokens import ServiceTokens
from tests.domain.conftest import Ground

RECIPIENT, PROVIDER = CredentialKind.RECIPIENT, CredentialKind.PROVIDER
DAY = timedelta(days=1)


@pytest.fixture
def credentials(ground: Ground) -> ServiceCredentials:
    return ServiceCredentials(ground.db, ground.keys, ground.clock)


@pytest.fixture
def tokens(ground: Ground) -> ServiceTokens:
    return ServiceTokens(ground.db, ground.keys, ground.clock)


async def created(
    ground: Ground,
    credentials: ServiceCredentials,
    kind: CredentialKind = RECIPIENT,
    scopes: tuple[str, ...] = (),
) -> tuple[Credential, str]:
    async with ground.db.transaction() as tx:
        client_id, secret = await credentials.create(tx, kind, "company", scopes)
    credential = await credentials.authenticate(client_id, secret)
    assert credential is not None
    return credential, secret


@pytest.mark.parametrize("kind", CredentialKind)
async def test_a_credential_gets_tokens_for_its_organisation(
    ground: Ground, credentials: ServiceCredentials, tokens: ServiceTokens, kind: CredentialKind
) -> None:
    credential, _ = await created(ground, credentials, kind)
    scope = SCOPES[kind][0]
    token = await tokens.issue(credential, frozenset({scope}))

    found = await tokens.check(token, scope)

    assert isinstance(found, ServiceToken)
    assert (found.kind, found.organisation_id) == (kind, "company")
    assert (found.client_id, found.scopes) == (credential.client_id, {scope})
    assert found.expires_at - found.issued_at == DAY


async def test_a_token_is_not_good_for_a_scope_it_was_not_given(
    ground: Ground, credentials: ServiceCredentials, tokens: ServiceTokens
) -> None:
    credential, _ = await created(ground, credentials)
    token = await tokens.issue(credential, frozenset({"advisory"}))

    for scope in ("app_management_v2", "permissions", "", "advisor"):
        assert await tokens.check(token, scope) is ServiceTokenRefusal.INSUFFICIENT_SCOPE


async def test_a_token_lives_for_a_day(
    ground: Ground, credentials: ServiceCredentials, tokens: ServiceTokens
) -> None:
    credential, _ = await created(ground, credentials)
    token = await tokens.issue(credential, frozenset({"advisory"}))

    ground.clock.advance(DAY - timedelta(seconds=1))
    await tokens.forget_expired()
    assert isinstance(await tokens.check(token, "advisory"), ServiceToken)
    ground.clock.advance(timedelta(seconds=1))
    assert await tokens.check(token, "advisory") is ServiceTokenRefusal.INVALID
    ground.clock.advance(timedelta(seconds=1))
    await tokens.forget_expired()
    ground.clock.advance(-DAY)
    assert await tokens.find(token) is None


@pytest.mark.parametrize("token", ["", "unknown", "é", "a\0b", "x" * 5000])
async def test_what_is_no_token_opens_nothing(tokens: ServiceTokens, token: str) -> None:
    assert await tokens.check(token, "advisory") is ServiceTokenRefusal.INVALID


async def test_a_revoked_credential_takes_its_tokens_along(
    ground: Ground, credentials: ServiceCredentials, tokens: ServiceTokens
) -> None:
    credential, secret = await created(ground, credentials)
    other, other_secret = await created(ground, credentials)
    token = await tokens.issue(credential, credential.scopes)
    kept = await tokens.issue(other, other.scopes)
    async with ground.db.transaction() as tx:
        await credentials.revoke(tx, credential.client_id)

    assert await credentials.authenticate(credential.client_id, secret) is None
    assert await tokens.find(token) is None
    assert await credentials.authenticate(other.client_id, other_secret) is not None
    assert await tokens.find(kept) is not None


async def test_both_secrets_count_until_the_overlap_is_over(
    ground: Ground, credentials: ServiceCredentials
) -> None:
    credential, first = await created(ground, credentials)
    async with ground.db.transaction() as tx:
        second = await credentials.rotate_secret(tx, credential.client_id, DAY)

    async def taken(*secrets: str) -> list[bool]:
        found = [await credentials.authenticate(credential.client_id, each) for each in secrets]
        return [each is not None for each in found]

    assert await taken(first, second) == [True, True]
    assert [each.secrets for each in await credentials.every()] == [2]
    async with ground.db.transaction() as tx:
        third = await credentials.rotate_secret(tx, credential.client_id, DAY)
    assert await taken(first, second, third) == [False, True, True]
    ground.clock.advance(DAY)
    assert await taken(first, second, third) == [False, False, True]
    assert [each.secrets for each in await credentials.every()] == [1]


async def test_secrets_of_others_and_unknown_clients_are_refused(
    ground: Ground, credentials: ServiceCredentials
) -> None:
    credential, secret = await created(ground, credentials)
    _, other = await created(ground, credentials)

    for client_id, client_secret in (
        (credential.client_id, other),
        (credential.client_id, ""),
        ("nobody", secret),
        ("a\0b", secret),
    ):
        assert await credentials.authenticate(client_id, client_secret) is None


async def test_a_credential_may_be_given_less_than_all_scopes(
    ground: Ground, credentials: ServiceCredentials
) -> None:
    credential, _ = await created(ground, credentials, RECIPIENT, ("advisory",))

    assert credential.scopes == {"advisory"}
    with pytest.raises(UnknownScopeError, match="permissions"):
        await created(ground, credentials, RECIPIENT, ("permissions",))


async def test_an_unknown_credential_cannot_be_rotated_or_revoked(
    ground: Ground, credentials: ServiceCredentials
) -> None:
    for client_id in ("nobody", "a\0b"):
        async with ground.db.transaction() as tx:
            with pytest.raises(UnknownCredentialError):
                await credentials.rotate_secret(tx, client_id, DAY)
            with pytest.raises(UnknownCredentialError):
                await credentials.revoke(tx, client_id)


ANY_SCOPE = [each for every in SCOPES.values() for each in every]


@given(st.lists(st.sampled_from([*ANY_SCOPE, "openid", ""])), st.sets(st.sampled_from(ANY_SCOPE)))
def test_a_scope_is_granted_whole_or_not_at_all(asked: list[str], allowed: set[str]) -> None:
    result = granted(" ".join(asked), frozenset(allowed))

    wanted = set(asked) - {""}
    assert result == (wanted if wanted and wanted <= allowed else None)
    if result is not None:
        assert set(in_order(result).split(" ")) == result


@given(st.text())
def test_whatever_is_asked_for_nothing_unknown_is_granted(asked: str) -> None:
    result = granted(asked, frozenset(ANY_SCOPE))
    assert result is None or result <= set(ANY_SCOPE)
