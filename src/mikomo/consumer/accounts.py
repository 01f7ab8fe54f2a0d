"""How an account is named to the person it belongs to."""

from typing import NamedTuple

import msgspec

from mikomo.person import Account


class Described(NamedTuple):
    """One account on a page."""

    account_id: str
    name: str
    number: str
    """As the bank shows it, with most digits hidden."""


class _Descriptor(msgspec.Struct, frozen=True, rename="camel"):
    account_number_display: str = ""
    nickname: str = ""
    product_name: str = ""
    description: str = ""


def described(account: Account) -> Described:
    """By its nickname, else what the bank calls the product."""
    shown = msgspec.json.decode(account.lightweight, type=dict[str, _Descriptor])[account.category]
    name = shown.nickname or shown.product_name or shown.description or "Account"
    return Described(account.account_id, name, shown.account_number_display)
