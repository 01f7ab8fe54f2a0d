"""Amounts show exactly what the bank sent, whatever it sent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement_demo.amounts import Amount, read_amount, read_currency, total


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [
        (Decimal("1234.50"), "USD", "$1,234.50"),
        (-20, "EUR", "\N{MINUS SIGN}€20.00"),
        (7, "CHF", "7.00 CHF"),
        (7, None, "7.00"),
        (Decimal("-0.00"), "USD", "$0.00"),
        (Decimal("0.1") + Decimal("0.2"), "USD", "$0.30"),
    ],
)
def test_amount_reads_like_money(value: int | Decimal, currency: str | None, shown: str) -> None:
    assert str(read_amount(value, currency)) == shown


@pytest.mark.parametrize("value", [True, None, "12.00", [], {}, 1.5])
def test_anything_but_an_exact_number_is_no_amount(value: object) -> None:
    assert read_amount(value, "USD") is None


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers())
def test_amount_of_any_size_stays_short(value: int | Decimal) -> None:
    assert len(str(Amount(Decimal(value), "USD"))) < 40


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ({"currency": {"currencyCode": "usd"}}, "USD"),
        ({"currency": "EUR"}, "EUR"),
        ({"currency": {"currencyCode": "string"}}, None),
        ({"currency": 5}, None),
        ({}, None),
    ],
)
def test_only_what_looks_like_a_currency_is_one(account: dict[str, object], code: str) -> None:
    assert read_currency(account) == code


def test_total_is_given_only_where_it_means_something() -> None:
    dollars, euros = Amount(Decimal("0.10"), "USD"), Amount(Decimal(1), "EUR")

    assert total([dollars, dollars, dollars]) == Amount(Decimal("0.30"), "USD")
    assert total([dollars, euros]) is None
    assert total([dollars, None]) is None
    assert total([]) is None
