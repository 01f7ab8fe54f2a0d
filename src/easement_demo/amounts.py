"""Amounts as a person reads them. Numbers stay exact: no float is ever involved."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_WIDEST = 15


@dataclass(frozen=True)
class Amount:
    """An amount of money, with its ISO 4217 code where the bank gave one."""

    value: Decimal
    currency: str | None

    def __str__(self) -> str:
        if self.value.is_zero():
            digits = "0.00"
        elif self.value.adjusted() > _WIDEST:
            # 1E+999999 is valid JSON; written out it would be a megabyte of zeros.
            digits = f"{abs(self.value):.4E}"
        else:
            digits = f"{abs(self.value):,.2f}"
        minus = "\N{MINUS SIGN}" if self.value < 0 else ""
        sign = _SIGNS.get(self.currency or "")
        if sign:
            return f"{minus}{sign}{digits}"
        return f"{minus}{digits} {self.currency}" if self.currency else f"{minus}{digits}"


def read_amount(value: Any, currency: str | None) -> Amount | None:
    """An amount from a JSON number, or None for anything else a bank may have put there."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Amount(Decimal(value), currency)


def read_currency(account: dict[str, Any]) -> str | None:
    """The account's currency code, when it looks like one."""
    currency = account.get("currency")
    code = currency.get("currencyCode") if isinstance(currency, dict) else currency
    if isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha():
        return code.upper()
    return None


def total(amounts: list[Amount | None]) -> Amount | None:
    """The sum, or None when one is missing or the currencies differ."""
    known = [amount for amount in amounts if amount is not None]
    if not known or len(known) != len(amounts):
        return None
    if len({amount.currency for amount in known}) != 1:
        return None
    if any(amount.value.adjusted() > _WIDEST for amount in known):
        return None
    return Amount(sum((amount.value for amount in known), Decimal(0)), known[0].currency)
