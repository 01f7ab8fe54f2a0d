"""One movement on one account, before it is written down as a row."""

from datetime import date
from typing import Any

import msgspec


class Kind(msgspec.Struct, frozen=True):
    """What a movement is: FDX transactionType, merchant category code and its plain name."""

    transaction_type: str
    category: str
    sub_category: str


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A movement: `cents` is negative where it costs the account's holder money.

    On a liability a positive amount makes the balance smaller, as FDX has it.
    """

    account_id: str
    day: date
    cents: int
    description: str
    kind: Kind
    fields: dict[str, Any] = {}
    """More FDX fields of the row, with their wire names."""


def money(cents: int) -> msgspec.Raw:
    """An amount as a JSON number with two digits after the point."""
    sign = "-" if cents < 0 else ""
    return msgspec.Raw(f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}".encode())


PAYROLL = Kind("DIRECTDEPOSIT", "6012", "PAYCHECK")
INTEREST = Kind("INTEREST", "6012", "INTEREST")
FEE = Kind("FEE", "6012", "BANK_FEES")
TRANSFER = Kind("TRANSFER", "4829", "TRANSFER")
RENT = Kind("BILLPAYMENT", "6513", "RENT")
CARD_PAYMENT = Kind("BILLPAYMENT", "6012", "CREDIT_CARD_PAYMENT")
LOAN_PAYMENT = Kind("BILLPAYMENT", "6012", "LOAN_PAYMENT")
MORTGAGE_PAYMENT = Kind("BILLPAYMENT", "6012", "MORTGAGE_PAYMENT")
PREMIUM = Kind("BILLPAYMENT", "6300", "INSURANCE")
CHECK = Kind("CHECK", "6012", "CHECK")
CASH = Kind("ATMWITHDRAWAL", "6011", "CASH")
CASH_DEPOSIT = Kind("ATMDEPOSIT", "6011", "DEPOSIT")
DEPOSIT = Kind("DEPOSIT", "6012", "DEPOSIT")
REFUND = Kind("POSCREDIT", "5311", "REFUND")
