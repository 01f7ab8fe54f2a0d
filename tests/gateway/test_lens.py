"""What a provider's rules hide: no masked field passes, and nothing else changes."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.fdx.categories import WRAPPERS
from easement.gateway.lens import OPEN, Lens, make_lens
from easement.products.model import Product
from easement.providers.entitlements import Rule

WHO = ("app1", "c1")
MASKABLE = ["currentBalance", "units", "holdings", "name", "amount", "line1", "taxLots", "rate"]
ROOTS = ["accounts.depositAccount", "transactions", "customer", "holding", ""]


def lens(*masks: str, **rule: Any) -> Lens:
    return make_lens([Rule(mask=masks, **rule)], WHO, Product.BALANCES)


def raw(item: dict[str, Any]) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(json.dumps(value).encode()) for name, value in item.items()}


def shown(mask: str, item: dict[str, Any], within: str = "") -> Any:
    return json.loads(msgspec.json.encode(lens(mask).apply("depositAccount", raw(item), within)))


def bare(name: str) -> str:
    letters = "".join(letter for letter in name if letter not in "-_ ").lower()
    return "holdings" if letters == "holding" else letters


def respelled(name: str) -> st.SearchStrategy[str]:
    """Other spellings of `name` that stand for the same field."""
    return st.lists(
        st.tuples(st.booleans(), st.sampled_from(["", "", "_", "-"])),
        min_size=len(name),
        max_size=len(name),
    ).map(
        lambda marks: "".join(
            (letter.upper() if upper else letter.lower()) + mark
            for letter, (upper, mark) in zip(name, marks, strict=True)
        )
    )


names = st.sampled_from([*MASKABLE, "other", "quantity"]).flatmap(respelled)
attributes = st.lists(
    st.fixed_dictionaries({"name": names | st.none(), "value": st.text(max_size=5)}), max_size=3
)
values = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(names, below, max_size=4)
        | st.fixed_dictionaries({"fiAttributes": attributes})
        | st.fixed_dictionaries({"holdings": st.lists(st.dictionaries(names, below, max_size=3))})
    ),
    max_leaves=25,
)
items = st.dictionaries(names | st.just("fiAttributes"), values, max_size=5)
masks = st.lists(
    st.lists(st.sampled_from(MASKABLE).flatmap(respelled), min_size=1, max_size=2).map(".".join),
    min_size=1,
    max_size=3,
)


def without(node: Any, path: list[str], hidden: list[list[str]]) -> Any:
    """The same, written down a second time over plain values."""

    def masked(names: list[str]) -> bool:
        return any(names[-len(mask) :] == mask for mask in hidden)

    if isinstance(node, dict):
        return {
            name: without(value, [*path, bare(name)], hidden)
            for name, value in node.items()
            if not masked([*path, bare(name)])
        }
    if isinstance(node, list):
        listed = bool(path) and path[-1] == "fiattributes"
        return [
            without(entry, path, hidden)
            for entry in node
            if not (
                listed
                and isinstance(entry, dict)
                and any(
                    bare(key) == "name"
                    and isinstance(text, str)
                    and masked([*path[:-1], bare(text)])
                    for key, text in entry.items()
                )
            )
        ]
    return node


@given(item=items, masks=masks, within=st.sampled_from(ROOTS))
def test_no_masked_field_passes_and_all_else_does(
    item: dict[str, Any], masks: list[str], within: str
) -> None:
    hidden = [[bare(name) for name in mask.split(".")] for mask in masks]
    root = [bare(name) for name in within.split(".")] if within else []
    got = json.loads(msgspec.json.encode(lens(*masks).apply("depositAccount", raw(item), within)))
    if any(root[-len(mask) :] == mask for mask in hidden if root):
        assert got == {}
    else:
        assert got == without(item, root, hidden)


@given(depth=st.integers(1, 1500), lists=st.booleans())
def test_a_masked_field_does_not_pass_at_any_depth(depth: int, lists: bool) -> None:
    opening, closing = ('[{"a":', "}]") if lists else ('{"a":', "}")
    text = opening * depth + '{"units":1}' + closing * depth
    item = {"deep": msgspec.Raw(text.encode()), "flat": msgspec.Raw(b"1")}
    written = bytes(msgspec.json.encode(lens("units").apply("depositAccount", item)))
    assert b"units" not in written
    assert b'"flat":1' in written


def test_a_name_that_is_repeated_hides_nothing() -> None:
    item = {"a": msgspec.Raw(b'{"x":{"units":1},"x":{"y":2},"units":3,"un\\u0069ts":4}')}
    written = bytes(msgspec.json.encode(lens("units").apply("depositAccount", item)))
    assert written == b'{"a":{"x":{"y":2}}}'


@pytest.mark.parametrize("number", ["100.00", "-0", "1E+2", "12345678901234567890123", '"\\u00e9"'])
def test_what_is_not_masked_leaves_as_the_bank_wrote_it(number: str) -> None:
    item = {"a": msgspec.Raw(f'[{{"b": {number}}}, {number}]'.encode())}
    written = bytes(msgspec.json.encode(lens("units").apply("depositAccount", item)))
    assert written == f'{{"a":[{{"b":{number}}},{number}]}}'.encode()


def test_a_mask_of_two_names_hides_a_field_directly_inside_the_other_only() -> None:
    item = {"units": 1, "holdings": [{"units": 2, "lot": {"units": 3}}], "x": {"units": 4}}
    assert shown("holdings.units", item) == {
        "units": 1,
        "holdings": [{"lot": {"units": 3}}],
        "x": {"units": 4},
    }


def test_a_mask_may_start_where_the_item_stands_in_the_answer() -> None:
    item = {"name": {"first": "Ada"}, "spouse": {"name": "B"}}
    assert shown("customer.name", item, "customer") == {"spouse": {"name": "B"}}
    assert shown("depositAccount.name", item, "accounts.depositAccount") == {
        "spouse": {"name": "B"}
    }
    assert shown("loanAccount.name", item, "accounts.depositAccount") == item


def test_a_mask_on_holdings_speaks_of_the_one_holding_of_a_tax_lot_answer_too() -> None:
    assert shown("holdings.taxLots", {"units": 1, "taxLots": []}, "holding") == {"units": 1}
    assert shown("holdings", {"units": 1}, "holding") == {}


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("units", False),
        ("UNITS", False),
        ("holdings.0.units", False),
        ("units.1.value", False),
        ("unit", True),
        ("unitsOwned", True),
    ],
)
def test_an_attribute_named_as_a_masked_field_goes_too(name: str, passes: bool) -> None:
    for key in ("fiAttributes", "attributes", "fi_attributes"):
        entries = [{"name": name, "value": "7"}, {"name": None, "value": "8"}, 9]
        got = shown("units", {"a": [{key: entries}]})
        assert len(got["a"][0][key]) == 2 + passes


def test_of_several_rules_the_last_that_fits_decides_and_masks_add_up() -> None:
    rules = [
        Rule(mask=("rate", "units"), tokenized_account_numbers=True),
        Rule(categories=frozenset({"loanAccount"}), visible=False),
        Rule(recipients=frozenset({"c1"}), mask=("amount",)),
        Rule(recipients=frozenset({"app1"}), unmask=("UNITS",), tokenized_account_numbers=False),
        Rule(products=frozenset({Product.TAX}), visible=False),
    ]
    item = raw({"rate": 1, "units": 2, "amount": 3})
    mine = make_lens(rules, WHO, Product.BALANCES)
    other = make_lens(rules, ("app2", "c1"), Product.BALANCES)
    third = make_lens(rules, ("app3", "c3"), Product.BALANCES)
    assert set(mine.apply("depositAccount", item)) == {"units"}
    assert set(other.apply("depositAccount", item)) == set()
    assert set(third.apply("depositAccount", item)) == {"amount"}
    assert [each.tokenizes("depositAccount") for each in (mine, other, third)] == [
        False,
        True,
        True,
    ]
    assert mine.sees("depositAccount")
    assert not mine.sees("loanAccount")
    assert mine.sees(None)
    assert mine.by_category
    assert mine.sees_anything
    assert not make_lens(rules, WHO, Product.TAX).sees_anything


def test_a_rule_for_a_category_says_nothing_of_data_that_is_no_accounts() -> None:
    every = make_lens(
        [Rule(categories=frozenset(WRAPPERS), mask=("name",))], WHO, Product.CUSTOMERS
    )
    assert every.by_category
    assert every.apply(None, raw({"name": 1})) == raw({"name": 1})
    assert every.apply("locAccount", raw({"name": 1})) == {}
    assert not make_lens([Rule(mask=("name",))], WHO, Product.CUSTOMERS).by_category


def test_without_a_rule_the_very_item_passes() -> None:
    item = raw({"a": 1})
    assert OPEN.apply("depositAccount", item) is item
    assert OPEN.sees("depositAccount")
    assert not OPEN.tokenizes("depositAccount")
    assert not OPEN.masks("depositAccount")
    assert lens("a").masks("depositAccount")
