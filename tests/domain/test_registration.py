"""Apps are registered, changed and given new secrets; what is wrong is named field by field."""

import warnings
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from easement.fdx.consent_duration import ConsentDuration, DurationType
from easement.products.model import Product
from easement.recipients.checks import checked, name_fault
from easement.recipients.errors import (
    AmbiguousCompanyError,
    InvalidAppError,
    NameTakenError,
    UnknownAppError,
)
from easement.recipients.jwks import JwksError, read_jwks
from easement.recipients.model import App, Profile, SubscriptionStatus
from easement.recipients.registration import Registration
from tests.domain.conftest import Ground

DAY = timedelta(days=1)


def registration(ground: Ground) -> Registration:
    return Registration(ground.recipients, ground.clock, allow_http=False)


def wish(**fields: Any) -> App:
    """An app that may be registered, but for `fields`."""
    app = App(
        id="",
        name="Budget",
        company_id="company",
        company_name="Company",
        logo_url=None,
        redirect_uris=frozenset({"https://budget.example/callback"}),
        products=frozenset({Product.BALANCES}),
        subscriptions={"bank": SubscriptionStatus.ACTIVE},
    )
    return replace(app, **fields)


def ec_key(kid: str = "one") -> dict[str, Any]:
    return dict(ECKey.generate_key("P-256", {"kid": kid}).as_dict(private=False))


async def create(ground: Ground, **fields: Any) -> tuple[App, str | None]:
    async with ground.db.transaction() as tx:
        return await registration(ground).create(tx, wish(**fields))


async def rotate(ground: Ground, app_id: str, overlap: timedelta) -> str:
    async with ground.db.transaction() as tx:
        return await registration(ground).rotate_secret(tx, app_id, overlap)


async def test_an_app_is_stored_with_all_that_was_said(ground: Ground) -> None:
    app, secret = await create(
        ground,
        profile=Profile.OAUTH,
        id_token_alg="ES256",
        consent_duration=ConsentDuration(DurationType.TIME_BOUND, 90),
        support_email="support@budget.example",
        logo_url="https://budget.example/logo.png",
    )

    assert secret is not None
    assert await ground.recipients.current(app.id) == app
    assert app.products == {Product.ACCOUNT_INFO, Product.BALANCES}
    assert await ground.recipients.authenticate(app.id, secret) == app
    assert secret not in repr(app)


async def test_an_app_with_keys_has_no_secret_and_never_gets_one(ground: Ground) -> None:
    app, secret = await create(ground, jwks={"keys": [ec_key()]})

    assert secret is None
    assert app.secrets == frozenset()
    with pytest.raises(InvalidAppError, match="jwks"):
        await rotate(ground, app.id, DAY)


async def test_an_app_that_gets_keys_loses_its_secrets(ground: Ground) -> None:
    app, secret = await create(ground)
    async with ground.db.transaction() as tx:
        await registration(ground).update(
            tx, app.id, lambda app: replace(app, jwks={"keys": [ec_key()]})
        )

    assert await ground.recipients.authenticate(app.id, secret or "") is None
    assert (await ground.recipients.current(app.id) or app).secrets == frozenset()


async def test_both_secrets_count_until_the_overlap_is_over(ground: Ground) -> None:
    app, old = await create(ground)
    new = await rotate(ground, app.id, DAY)

    assert await ground.recipients.authenticate(app.id, old or "") is not None
    assert await ground.recipients.authenticate(app.id, new) is not None
    ground.clock.advance(DAY)
    assert await ground.recipients.authenticate(app.id, old or "") is None
    assert await ground.recipients.authenticate(app.id, new) is not None
    await ground.recipients.forget_expired()
    async with ground.db.transaction() as tx:  # an announcement empties the cache
        await registration(ground).update(tx, app.id, lambda app: app)
    stored = await ground.recipients.current(app.id)
    assert stored is not None
    assert [each.expires_at for each in stored.secrets] == [None]


async def test_without_overlap_the_old_secret_ends_at_once(ground: Ground) -> None:
    app, old = await create(ground)
    await rotate(ground, app.id, timedelta())

    assert await ground.recipients.authenticate(app.id, old or "") is None


async def test_no_third_secret_is_left_by_a_second_rotation(ground: Ground) -> None:
    app, first = await create(ground)
    second = await rotate(ground, app.id, DAY)
    third = await rotate(ground, app.id, DAY)

    taken = [
        await ground.recipients.authenticate(app.id, secret) is not None
        for secret in (first or "", second, third)
    ]
    assert taken == [False, True, True]


async def test_an_overlap_has_an_end(ground: Ground) -> None:
    app, _ = await create(ground)
    for overlap in (timedelta(days=31), timedelta(seconds=-1)):
        with pytest.raises(InvalidAppError, match="overlap"):
            await rotate(ground, app.id, overlap)


async def test_a_secret_keeps_its_day_while_the_app_changes(ground: Ground) -> None:
    app, secret = await create(ground)
    ground.clock.advance(DAY)
    async with ground.db.transaction() as tx:
        await registration(ground).update(tx, app.id, lambda app: replace(app, name="Other"))

    assert await ground.recipients.authenticate(app.id, secret or "") is not None
    assert (await ground.recipients.current(app.id) or app).name == "Other"


async def test_a_company_has_one_app_of_a_name_whatever_its_case(ground: Ground) -> None:
    app, _ = await create(ground)
    with pytest.raises(NameTakenError):
        await create(ground, name="BUDGET")
    other, _ = await create(ground, company_id="other", company_name="Other")

    assert other.name == app.name
    async with ground.db.transaction() as tx:
        await registration(ground).update(tx, app.id, lambda app: replace(app, name="budget"))


async def test_a_company_is_found_by_id_or_name_and_made_by_a_new_name(ground: Ground) -> None:
    async with ground.db.transaction() as tx:
        found = registration(ground)
        assert await found.company(tx, "company") == ("company", "Company")
        assert await found.company(tx, "Company") == ("company", "Company")
        new_id, name = await found.company(tx, "Another")
        assert (new_id != "Another", name) == (True, "Another")
    await create(ground, company_id="twin", company_name="Company")
    async with ground.db.transaction() as tx:
        with pytest.raises(AmbiguousCompanyError):
            await found.company(tx, "Company")


async def test_an_app_that_is_not_there_cannot_change(ground: Ground) -> None:
    for app_id in ("nobody", "a\0b"):
        with pytest.raises(UnknownAppError):
            await rotate(ground, app_id, DAY)


def test_every_field_that_is_wrong_is_named_at_once() -> None:
    app = wish(
        name="Buy <now>!",
        redirect_uris=frozenset({"http://localhost/cb", "https://good.example/cb"}),
        logo_url="http://budget.example/logo.png",
        support_email="nobody",
        id_token_alg="HS256",
        jwks={"keys": []},
    )
    with pytest.raises(InvalidAppError) as caught:
        checked(app, allow_http=False)

    assert set(caught.value.faults) == {
        "name",
        "redirect_uris[0]",
        "logo_url",
        "support_email",
        "id_token_alg",
        "jwks",
    }


def test_localhost_over_http_is_for_a_sandbox() -> None:
    app = wish(redirect_uris=frozenset({"http://localhost:3000/callback"}))

    assert checked(app, allow_http=True).redirect_uris == app.redirect_uris


@pytest.mark.parametrize("count", [0, 21])
def test_an_app_has_one_to_twenty_redirect_uris(count: int) -> None:
    uris = frozenset(f"https://app.example/{number}" for number in range(count))
    with pytest.raises(InvalidAppError) as caught:
        checked(wish(redirect_uris=uris), allow_http=False)

    assert list(caught.value.faults) == ["redirect_uris"]


@pytest.mark.parametrize("name", ["Budget", "Café #1 & Söhne, No. 5/6 | 'x' $+*-", "家計簿"])
def test_these_are_names(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize(
    "name", ["", " ", " a", "a ", "a  b", "a\tb", "a\nb", "a!", "<b>", "a\u202eb", "a\0", "x" * 101]
)
def test_these_are_none(name: str) -> None:
    assert name_fault(name) is not None


@given(st.text(max_size=120))
def test_whatever_is_a_name_can_be_printed_on_one_line(name: str) -> None:
    if name_fault(name) is None:
        assert name.isprintable()
        assert name == name.strip()
        assert not set(name) & set('<>"{}[]\\%!?`')


@pytest.mark.parametrize("address", ["", "a@b", "a b@c.example", "a@b@c.example", "a@-", "<a@b.c>"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidAppError, match="support_email"):
        checked(wish(support_email=address), allow_http=False)


def test_of_a_key_only_its_public_numbers_are_kept() -> None:
    key = {**ec_key(), "x5u": "https://attacker.example", "note": "n"}

    assert set(read_jwks({"keys": [key]})["keys"][0]) == {
        "kty",
        "kid",
        "use",
        "alg",
        "crv",
        "x",
        "y",
    }


def bad_keys() -> list[tuple[object, str]]:
    good = ec_key()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is short
        short = RSAKey.generate_key(1024, {"kid": "one"}).as_dict(private=False)
    return [
        (None, "keys"),
        ([], "keys"),
        ({"keys": {}}, "keys"),
        ({"keys": []}, "1 to 10"),
        ({"keys": [ec_key(str(number)) for number in range(11)]}, "1 to 10"),
        ({"keys": ["key"]}, "a JWK"),
        ({"keys": [ECKey.generate_key("P-256", {"kid": "a"}).as_dict(private=True)]}, "public key"),
        ({"keys": [OctKey.generate_key(256, {"kid": "a"}).as_dict(private=True)]}, "public key"),
        ({"keys": [{**good, "kty": "oct"}]}, "kty"),
        ({"keys": [{**good, "kty": ["EC"]}]}, "kty"),
        ({"keys": [{**good, "alg": "RS256"}]}, "alg ES256"),
        ({"keys": [{**good, "use": "enc"}]}, "signatures"),
        ({"keys": [{**good, "kid": None}]}, "kid"),
        ({"keys": [{**good, "kid": "a\n"}]}, "kid"),
        ({"keys": [good, good]}, "kid of its own"),
        ({"keys": [{**good, "x": None}]}, "base64url"),
        ({"keys": [{**good, "x": good["y"]}]}, "no EC key"),
        ({"keys": [{**good, "x": "é"}]}, "no EC key"),
        ({"keys": [{**good, "x": "A" * 2000}]}, "base64url"),
        ({"keys": [ECKey.generate_key("P-384", {"kid": "a"}).as_dict(private=False)]}, "P-256"),
        ({"keys": [OKPKey.generate_key("X25519", {"kid": "a"}).as_dict(private=False)]}, "Ed25519"),
        ({"keys": [short]}, "2048"),
        ({"keys": [{**short, "n": "A" * 1400}]}, "2048"),
        ({"keys": [{**short, "n": "!" * 400}]}, "2048"),
    ]


@pytest.mark.parametrize(("jwks", "words"), bad_keys())
def test_a_key_that_cannot_be_used_is_refused_with_what_was_expected(
    jwks: object, words: str
) -> None:
    with pytest.raises(JwksError, match=words):
        read_jwks(jwks)


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (DurationType.TIME_BOUND, None),
        (DurationType.TIME_BOUND, 0),
        (DurationType.TIME_BOUND, 3651),
        (DurationType.ONE_TIME, 1),
        (DurationType.PERSISTENT, 1),
    ],
)
def test_days_go_with_a_time_bound_consent_only(kind: DurationType, days: int | None) -> None:
    with pytest.raises(ValueError, match="expected"):
        ConsentDuration(kind, days)
