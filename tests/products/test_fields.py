"""Which field may leave under which product."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easement.fdx.categories import WRAPPERS
from easement.products.fields import CATEGORIES, allowed, project
from easement.products.model import Product

INFO, BALANCES, INVESTMENTS = Product.ACCOUNT_INFO, Product.BALANCES, Product.INVESTMENTS
ACCOUNT_PRODUCTS = (INFO, BALANCES, INVESTMENTS)
categories = st.sampled_from(sorted(CATEGORIES))
products = st.sampled_from(ACCOUNT_PRODUCTS)


def test_the_categories_are_those_of_the_wire() -> None:
    assert CATEGORIES == WRAPPERS


@pytest.mark.parametrize(
    ("category", "field", "where"),
    [
        ("depositAccount", "nickname", {INFO, BALANCES, INVESTMENTS}),
        ("depositAccount", "annualPercentageYield", {INFO, BALANCES, INVESTMENTS}),
        ("depositAccount", "availableBalance", {BALANCES, INVESTMENTS}),
        ("loanAccount", "principalBalance", {BALANCES, INVESTMENTS}),
        ("loanAccount", "loanTerm", {INFO, BALANCES, INVESTMENTS}),
        ("locAccount", "creditLine", {BALANCES, INVESTMENTS}),
        ("investmentAccount", "margin", {INFO, BALANCES, INVESTMENTS}),
        ("investmentAccount", "balanceList", {BALANCES, INVESTMENTS}),
        ("investmentAccount", "holdings", {INVESTMENTS}),
        ("investmentAccount", "equityGrants", {INVESTMENTS}),
        ("insuranceAccount", "policyPremium", {BALANCES, INVESTMENTS}),
        ("annuityAccount", "annuityValueBasis", {INFO, BALANCES, INVESTMENTS}),
        ("annuityAccount", "netPresentValue", {BALANCES, INVESTMENTS}),
        ("depositAccount", "transactions", set()),
        ("depositAccount", "contact", set()),
        ("depositAccount", "paymentNetworks", set()),
        ("depositAccount", "fullAccountNumber", set()),
        ("depositAccount", "tokenizedAccountNumbers", set()),
        ("depositAccount", "wire_routing_number", set()),
        ("depositAccount", "IBAN", set()),
        ("insuranceAccount", "bills", {INVESTMENTS}),
        ("locAccount", "somethingNew", {INVESTMENTS}),
        ("pensionAccount", "accountId", set()),
    ],
)
def test_a_field_leaves_under_its_products_only(
    category: str, field: str, where: set[Product]
) -> None:
    assert {p for p in ACCOUNT_PRODUCTS if allowed(p, category, field)} == where


@given(products, categories, st.sampled_from(["accountId", "displayName", "transactionsIncluded"]))
def test_some_fields_leave_everywhere(product: Product, category: str, field: str) -> None:
    assert allowed(product, category, field)


@given(products, categories, st.sampled_from(["accountNumber", "routingTransitNumber"]), st.data())
def test_account_and_routing_numbers_never_leave_however_they_are_spelt(
    product: Product, category: str, field: str, data: st.DataObject
) -> None:
    spelt = "".join(
        data.draw(st.sampled_from([c.lower(), c.upper(), f"_{c}", f"-{c.lower()}"])) for c in field
    )
    assert not allowed(product, category, field)
    assert not allowed(product, category, spelt)


@given(categories, st.text())
def test_each_product_includes_the_one_before_it(category: str, field: str) -> None:
    assert allowed(INFO, category, field) <= allowed(BALANCES, category, field)
    assert allowed(BALANCES, category, field) <= allowed(INVESTMENTS, category, field)


@given(products, categories, st.dictionaries(st.text(), st.integers()))
def test_projecting_keeps_order_and_values_of_what_is_allowed(
    product: Product, category: str, fields: dict[str, int]
) -> None:
    kept = [(name, value) for name, value in fields.items() if allowed(product, category, name)]
    assert list(project(product, category, fields).items()) == kept


@given(
    st.sampled_from(sorted(set(Product) - set(ACCOUNT_PRODUCTS))),
    categories,
    st.text() | st.just("accountId"),
)
def test_products_that_list_no_accounts_let_no_account_field_out(
    product: Product, category: str, field: str
) -> None:
    assert not allowed(product, category, field)
