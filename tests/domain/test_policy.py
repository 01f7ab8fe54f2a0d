"""A provider's policy: read from a document, stored, and known to every replica."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.fdx.categories import WRAPPERS
from easement.platform.db import Database
from easement.products.model import Product
from easement.providers.entitlements import Rule
from easement.providers.errors import UnknownProviderError
from easement.providers.model import MaintenanceWindow, Policy, RefreshTokenPolicy
from easement.providers.policy import (
    PolicyError,
    is_routing_number,
    read_policy,
    read_rules,
    write_policy,
    write_rules,
)

PLAIN = Policy(timedelta(hours=24), None)
NUMBER = "021000021"


def sets(values: Any) -> Any:
    return st.none() | st.frozensets(st.sampled_from(sorted(values)), min_size=1, max_size=3)


rules = st.lists(
    st.builds(
        Rule,
        recipients=sets(["app1", "c1", "00123"]),
        products=sets(Product),
        categories=sets(WRAPPERS),
        visible=st.none() | st.booleans(),
        tokenized_account_numbers=st.none() | st.booleans(),
        mask=st.lists(st.sampled_from(["currentBalance", "holdings.units"]), min_size=1).map(tuple),
    ),
    max_size=4,
).map(tuple)


@given(
    rules=rules,
    lifetime=st.integers(60, 10**6),
    duration=st.none() | st.integers(60, 10**8),
    refresh=st.sampled_from(RefreshTokenPolicy),
)
def test_what_is_written_reads_back_the_same(
    rules: tuple[Rule, ...], lifetime: int, duration: int | None, refresh: RefreshTokenPolicy
) -> None:
    lasts = None if duration is None else timedelta(seconds=duration)
    of_refresh = None if refresh is RefreshTokenPolicy.PERPETUAL else timedelta(seconds=lifetime)
    policy = Policy(timedelta(seconds=lifetime), lasts, rules, NUMBER, refresh, of_refresh)
    assert read_policy(write_policy(policy), PLAIN) == policy


def test_what_a_document_leaves_out_stays() -> None:
    current = replace(PLAIN, rules=(Rule(visible=False),), tokenized_routing_number=NUMBER)
    assert read_policy({}, current) == current
    assert read_policy({"rules": []}, current) == replace(current, rules=())
    assert read_policy({"consent_duration_s": 3600}, current).rules == current.rules
    assert read_policy({"tokenized_routing_number": None}, current).rules == current.rules


def test_a_policy_on_refresh_tokens_comes_with_its_lifetime() -> None:
    month = {"refresh_token_policy": "rolling", "refresh_token_lifetime_s": 30 * 86_400}
    rolling = read_policy(month, PLAIN)
    assert rolling.refresh_token_lifetime == timedelta(days=30)
    assert read_policy({"refresh_token_policy": "set"}, rolling).refresh_token_lifetime == (
        timedelta(days=30)
    )
    assert read_policy({"refresh_token_policy": "perpetual"}, rolling) == PLAIN


def test_a_mask_is_taken_back_by_any_spelling_of_it() -> None:
    document = [{"mask": ["currentBalance"]}, {"recipients": ["a"], "unmask": ["current_balance"]}]
    assert write_rules(read_rules(document)) == document


BAD: list[tuple[Any, tuple[Any, ...], str]] = [
    ([], (), "expected a mapping"),
    ({"rule": []}, ("rule",), "unknown key 'rule'"),
    ({"rules": {}}, ("rules",), "expected a list"),
    ({"rules": [{}]}, ("rules", 0), "says nothing"),
    ({"rules": [{"products": ["tax"]}]}, ("rules", 0), "says nothing"),
    ({"rules": [{"visible": "no"}]}, ("rules", 0, "visible"), "true or false"),
    ({"rules": [{"visible": None}]}, ("rules", 0, "visible"), "true or false"),
    ({"rules": [{"hide": True}]}, ("rules", 0, "hide"), "unknown key"),
    ({"rules": [{"recipients": [], "visible": True}]}, ("rules", 0, "recipients"), "empty list"),
    ({"rules": [{"recipients": [7], "visible": True}]}, ("rules", 0, "recipients", 0), "quotes"),
    ({"rules": [{"products": ["tx"], "visible": True}]}, ("rules", 0, "products", 0), "'tx'"),
    (
        {"rules": [{"categories": ["deposit"], "visible": True}]},
        ("rules", 0, "categories", 0),
        "depositAccount",
    ),
    ({"rules": [{"mask": ["a", "accountId"]}]}, ("rules", 0, "mask", 1), "cannot be masked"),
    ({"rules": [{"mask": ["Account_ID"]}]}, ("rules", 0, "mask", 0), "cannot be masked"),
    ({"rules": [{"mask": ["loanAccount"]}]}, ("rules", 0, "mask", 0), "visible: false"),
    ({"rules": [{"mask": ["a..b"]}]}, ("rules", 0, "mask", 0), "holdings.units"),
    ({"rules": [{"mask": ["-"]}]}, ("rules", 0, "mask", 0), "holdings.units"),
    ({"rules": [{"mask": [".".join("abcdefghi")]}]}, ("rules", 0, "mask", 0), "up to 8"),
    ({"rules": [{"mask": ["a\n"]}]}, ("rules", 0, "mask", 0), "holdings.units"),
    ({"rules": [{"mask": "currentBalance"}]}, ("rules", 0, "mask"), "expected a list"),
    ({"rules": [{"unmask": ["a"]}]}, ("rules", 0, "unmask", 0), "no rule above"),
    ({"rules": [{"tokenized_account_numbers": True}]}, ("rules",), "tokenized_routing_number"),
    ({"tokenized_routing_number": 21000021}, ("tokenized_routing_number",), "quotes"),
    ({"tokenized_routing_number": "021000022"}, ("tokenized_routing_number",), "check digit"),
    ({"tokenized_routing_number": "000000000"}, ("tokenized_routing_number",), "check digit"),
    ({"id_token_lifetime_s": None}, ("id_token_lifetime_s",), "whole seconds"),
    ({"id_token_lifetime_s": 59}, ("id_token_lifetime_s",), "whole seconds"),
    ({"id_token_lifetime_s": True}, ("id_token_lifetime_s",), "whole seconds"),
    ({"consent_duration_s": 1.5}, ("consent_duration_s",), "whole seconds"),
    ({"refresh_token_policy": "fixed"}, ("refresh_token_policy",), "perpetual, set, rolling"),
    ({"refresh_token_policy": []}, ("refresh_token_policy",), "perpetual, set, rolling"),
    ({"refresh_token_policy": "set"}, ("refresh_token_policy",), "need a refresh_token_lifetime"),
    ({"refresh_token_lifetime_s": 3600}, ("refresh_token_lifetime_s",), "perpetual has none"),
    ({"refresh_token_lifetime_s": 1}, ("refresh_token_lifetime_s",), "whole seconds"),
]


@pytest.mark.parametrize(("document", "place", "words"), BAD)
def test_what_is_wrong_is_told_with_its_place(
    document: Any, place: tuple[Any, ...], words: str
) -> None:
    with pytest.raises(PolicyError) as fault:
        read_policy(document, PLAIN)
    assert fault.value.place == place
    assert words in str(fault.value)


@pytest.mark.parametrize("number", [NUMBER, "011401533", "091000019", "121000358"])
def test_a_routing_number_has_a_check_digit(number: str) -> None:
    assert is_routing_number(number)
    for place in range(9):
        other = str((int(number[place]) + 1) % 10)
        assert not is_routing_number(number[:place] + other + number[place + 1 :])
    assert not is_routing_number(number[:8])
    assert not is_routing_number(number[:8] + "²")


async def test_a_new_policy_reaches_every_replica_with_its_next_look_at_the_feed(
    ground: Any, db: Database
) -> None:
    from tests.domain.conftest import replica

    other = await replica(db, ground.bank)
    before = await other.directory.current("bank")
    policy = Policy(timedelta(hours=1), timedelta(days=90), (Rule(mask=("rate",)),), NUMBER)
    async with db.transaction() as tx:
        await ground.directory.set_policy(tx, "bank", policy)
    assert (await ground.directory.current("bank")).policy == policy
    assert await other.directory.current("bank") is before
    await other.feed.poll()
    assert (await other.directory.current("bank")).policy == policy


async def test_maintenance_windows_come_and_go_and_keep_the_rest(ground: Any) -> None:
    now = ground.clock.now()
    late = MaintenanceWindow("w2", now + timedelta(hours=2), now + timedelta(hours=3), "Late")
    soon = MaintenanceWindow("w1", now, now + timedelta(hours=1), "Soon")
    async with ground.db.transaction() as tx:
        await ground.directory.add_maintenance(tx, "bank", late)
        await ground.directory.add_maintenance(tx, "bank", soon)
    bank = await ground.directory.current("bank")
    assert bank == replace(ground.provider, maintenance=(soon, late))
    async with ground.db.transaction() as tx:
        assert not await ground.directory.remove_maintenance(tx, "other", "w1")
        assert await ground.directory.remove_maintenance(tx, "bank", "w1")
        assert not await ground.directory.remove_maintenance(tx, "bank", "w1")
    assert (await ground.directory.current("bank")).maintenance == (late,)


async def test_a_policy_for_an_unknown_provider_is_an_error(ground: Any) -> None:
    with pytest.raises(UnknownProviderError):
        async with ground.db.transaction() as tx:
            await ground.directory.set_policy(tx, "nobody", PLAIN)


async def test_a_new_policy_keeps_the_connector_and_new_settings_do_not(ground: Any) -> None:
    built: list[object] = []
    directory = ground.directory
    directory._build = lambda provider: built.append(provider) or object()
    first = directory.connector(ground.provider)
    policy = replace(ground.provider.policy, rules=(Rule(visible=False),))
    assert directory.connector(replace(ground.provider, policy=policy)) is first
    assert directory.connector(replace(ground.provider, settings={"a": "b"})) is not first
    assert len(built) == 2
