"""What may leave of the answers that are no account lists: customers, contacts, payments, tax lots.

Each form is a tree of the documented members. Whatever stands outside the tree is dropped at every
depth, as is a member of another shape than the documented one: an object where a text is expected
could carry anything. Values keep the bytes that the bank wrote, and `null` is let through wherever
a member is, since banks write it for what they do not have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import msgspec

Fields: TypeAlias = Mapping[str, msgspec.Raw]

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_array = msgspec.json.Decoder(list[msgspec.Raw])
_encode = msgspec.json.Encoder().encode

_NULL = b"null"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, number or boolean."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object of which the named members are known."""

    members: Mapping[str, "Form"]


@dataclass(frozen=True, slots=True)
class Array:
    """A list; each entry has one of `entries`, which differ in being an object or a scalar."""

    entries: tuple["Form", ...]


Form: TypeAlias = Scalar | Object | Array


def known_members(form: Object, fields: Fields) -> dict[str, msgspec.Raw]:
    """The members of `form`, in the bank's order."""
    found: dict[str, msgspec.Raw] = {}
    for name, value in fields.items():
        member = form.members.get(name)
        if member is not None and (kept := _known(member, value)) is not None:
            found[name] = kept
    return found


def _known(form: Form, value: msgspec.Raw) -> msgspec.Raw | None:
    text = bytes(value)
    if text == _NULL:
        return value
    try:
        if text.startswith(b"{"):
            if isinstance(form, Object):
                return msgspec.Raw(_encode(known_members(form, _object.decode(text))))
        elif text.startswith(b"["):
            if isinstance(form, Array):
                return _known_entries(form, _array.decode(text))
        elif isinstance(form, Scalar):
            return value
    except (msgspec.MsgspecError, RecursionError):
        pass
    return None


def _known_entries(form: Array, values: list[msgspec.Raw]) -> msgspec.Raw:
    kept = (
        next((known for entry in form.entries if (known := _known(entry, value)) is not None), None)
        for value in values
    )
    return msgspec.Raw(_encode([value for value in kept if value is not None]))


_SCALAR = Scalar()


def _scalars(names: str) -> dict[str, Form]:
    return dict.fromkeys(names.split(), _SCALAR)


def _form(scalars: str, **members: Form) -> Object:
    return Object(MappingProxyType(_scalars(scalars) | members))


_NAME = _form("first middle last prefix suffix company")
# One document says state where a later one says region.
_ADDRESS = _form("type line1 line2 line3 city state region postalCode country")
_TELEPHONE = _form("type country number")
_TEXTS = Array((_SCALAR,))
# Texts in one document, objects in another; banks send both.
_ADDRESSES = Array((_ADDRESS,))
_TELEPHONES = Array((_SCALAR, _TELEPHONE))
_ACCOUNTS = Array((_SCALAR, _form("accountId relationship")))

CUSTOMER = _form(
    "customerId",
    name=_NAME,
    addresses=_ADDRESSES,
    telephones=_TELEPHONES,
    email=_TEXTS,
    accounts=_ACCOUNTS,
)

_BUSINESS = _form(
    "name registeredId",
    registeredAgents=Array((_NAME,)),
    industryCode=_form("type code"),
    domicile=_form("region country"),
)
_HOLDER = Object(
    MappingProxyType(
        {**CUSTOMER.members, "relationship": _SCALAR, "businessCustomer": _BUSINESS},
    )
)

ACCOUNT_CONTACT = _form(
    "",
    holders=Array((_HOLDER,)),
    emails=_TEXTS,
    addresses=_ADDRESSES,
    telephones=_TELEPHONES,
)

PAYMENT_NETWORK = _form("bankId identifier identifierType type transferIn transferOut")

TAX_LOT = _form(
    "originalPurchaseDate quantity purchasedPrice costBasis currentValue positionType",
)
TAX_LOT_HOLDING = _form("holdingId securityId securityIdType")

# `links` are the network's own.
STATEMENT = _form("accountId statementId statementDate description status")
