"""What may leave of customers, contacts, payment networks and tax lots."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.products.forms import (
    ACCOUNT_CONTACT,
    CUSTOMER,
    PAYMENT_NETWORK,
    TAX_LOT,
    TAX_LOT_HOLDING,
    Object,
    known_members,
)

NAME = "first middle last prefix suffix company"
ADDRESS = "type line1 line2 line3 city state region postalCode country"


def paths(*groups: tuple[str, str]) -> set[str]:
    """Dotted paths of documented members; lists are passed through."""
    return {f"{place}.{name}".strip(".") for place, names in groups for name in names.split()}


PERSON = (
    ("", "customerId name addresses telephones email accounts"),
    ("name", NAME),
    ("addresses", ADDRESS),
    ("telephones", "type country number"),
    ("accounts", "accountId relationship"),
)
DOCUMENTED: list[tuple[Object, set[str]]] = [
    (CUSTOMER, paths(*PERSON)),
    (
        ACCOUNT_CONTACT,
        paths(
            ("", "holders emails addresses telephones"),
            ("addresses", ADDRESS),
            ("telephones", "type country number"),
            *((f"holders.{place}".strip("."), names) for place, names in PERSON),
            ("holders", "relationship businessCustomer"),
            (
                "holders.businessCustomer",
                "name registeredAgents registeredId industryCode domicile",
            ),
            ("holders.businessCustomer.registeredAgents", NAME),
            ("holders.businessCustomer.industryCode", "type code"),
            ("holders.businessCustomer.domicile", "region country"),
        ),
    ),
    (PAYMENT_NETWORK, paths(("", "bankId identifier identifierType type transferIn transferOut"))),
    (
        TAX_LOT,
        paths(
            ("", "originalPurchaseDate quantity purchasedPrice costBasis currentValue positionType")
        ),
    ),
    (TAX_LOT_HOLDING, paths(("", "holdingId securityId securityIdType"))),
]
FORMS = st.sampled_from(DOCUMENTED)
NAMES = sorted({path.rpartition(".")[2] for _, known in DOCUMENTED for path in known})
UNKNOWN = ["ssn", "taxId", "dateOfBirth", "accountNumber", "Name", "holder"]

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
keys = st.sampled_from(NAMES) | st.sampled_from(UNKNOWN) | st.text(max_size=4)
documents = st.dictionaries(
    keys,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=20,
    ),
    max_size=6,
)


def seen(form: Object, document: dict[str, Any]) -> Any:
    fields = msgspec.json.decode(json.dumps(document), type=dict[str, msgspec.Raw])
    return json.loads(msgspec.json.encode(known_members(form, fields)))


def places(value: Any, at: str = "") -> set[str]:
    """The dotted paths of all members."""
    if isinstance(value, list):
        return set().union(*(places(entry, at) for entry in value))
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for name, inner in value.items():
        path = f"{at}.{name}".strip(".")
        found |= {path} | places(inner, path)
    return found


@given(FORMS, documents)
def test_no_member_outside_the_documents_passes_at_any_depth(
    documented: tuple[Object, set[str]], document: dict[str, Any]
) -> None:
    form, known = documented
    assert places(seen(form, document)) <= known


@given(FORMS, documents)
def test_what_has_passed_passes_again_unchanged(
    documented: tuple[Object, set[str]], document: dict[str, Any]
) -> None:
    form, _ = documented
    once = seen(form, document)
    assert seen(form, once) == once


@pytest.mark.parametrize(("form", "known"), DOCUMENTED, ids=range(len(DOCUMENTED)))
def test_every_documented_member_passes(form: Object, known: set[str]) -> None:
    document: dict[str, Any] = {}
    for path in sorted(known):
        inner = document
        *outer, name = path.split(".")
        for each in outer:
            inner = inner[each][0] if isinstance(inner[each], list) else inner[each]
        is_object = any(other.startswith(f"{path}.") for other in known)
        is_list = name in {"holders", "addresses", "telephones", "accounts", "registeredAgents"}
        inner[name] = ([{}] if is_list else {}) if is_object else "x"
        if name in {"email", "emails"}:
            inner[name] = ["x"]
    assert seen(form, document) == document
    assert places(document) == known


def test_values_keep_the_bytes_that_the_bank_wrote() -> None:
    written = {
        "customerId": r'"\u0031"',
        "name": r'{ "first":"Zo\u00eb" , "ssn":"1" }',
        "email": '[ "a@example.com" ]',
    }
    fields = {name: msgspec.Raw(text.encode()) for name, text in written.items()}
    kept = {name: bytes(raw).decode() for name, raw in known_members(CUSTOMER, fields).items()}
    assert kept == {
        "customerId": r'"\u0031"',
        "name": r'{"first":"Zo\u00eb"}',
        "email": '["a@example.com"]',
    }


def test_null_passes_where_a_member_does() -> None:
    document = {"name": None, "telephones": None, "accounts": None, "ssn": None}
    assert seen(CUSTOMER, document) == {"name": None, "telephones": None, "accounts": None}


@pytest.mark.parametrize(
    ("document", "kept"),
    [
        ({"customerId": {"ssn": "1"}}, {}),
        ({"customerId": ["1"]}, {}),
        ({"name": "Ann"}, {}),
        ({"addresses": {"line1": "1 Road"}}, {}),
        ({"addresses": ["1 Road", {"line1": "2 Road"}]}, {"addresses": [{"line1": "2 Road"}]}),
        ({"email": [{"address": "a"}, "b"]}, {"email": ["b"]}),
        (
            {"telephones": ["1", {"number": "2", "carrier": "x"}]},
            {"telephones": ["1", {"number": "2"}]},
        ),
    ],
    ids=str,
)
def test_a_member_of_another_shape_than_the_documented_one_is_dropped(
    document: dict[str, Any], kept: dict[str, Any]
) -> None:
    assert seen(CUSTOMER, document) == kept
