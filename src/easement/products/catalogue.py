"""The tables of the catalogue: products with endpoints and data clusters, and versions.

Cluster names and labels are those of the FDX consent API, so that a consumer reads the same words
here as at other networks; the sentence beside each label is ours.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import MappingProxyType

from easement.products.model import DataCluster, Product, Version

ACCOUNT_BASIC = DataCluster(
    "ACCOUNT_BASIC",
    "Account identifying information",
    "The name, type and masked number of each account.",
)
ACCOUNT_DETAILED = DataCluster(
    "ACCOUNT_DETAILED",
    "Account summary information",
    "Details of each account such as its status, interest rate and terms.",
)
BALANCES = DataCluster(
    "BALANCES",
    "Account balances",
    "How much is in each account, or how much is owed.",
)
CUSTOMER_CONTACT = DataCluster(
    "CUSTOMER_CONTACT",
    "Account contact details",
    "The address, e-mail and phone numbers that your bank has for you.",
)
CUSTOMER_PERSONAL = DataCluster(
    "CUSTOMER_PERSONAL",
    "Sensitive personal information",
    "The names of the account holders and how they belong to each account.",
)
INVESTMENTS = DataCluster(
    "INVESTMENTS",
    "Investment account holding details",
    "What each investment account holds, with its orders, contributions and loans.",
)
PAYMENT_SUPPORT = DataCluster(
    "PAYMENT_SUPPORT",
    "Account numbers",
    "The account and routing numbers that are needed to move money.",
)
STATEMENTS = DataCluster(
    "STATEMENTS",
    "Account statements",
    "The statements of each account as documents.",
)
TAX = DataCluster(
    "TAX",
    "Tax form data",
    "The tax forms that your bank made for you.",
)
TRANSACTIONS = DataCluster(
    "TRANSACTIONS",
    "Transaction data",
    "What came into and went out of each account, with dates, amounts and descriptions.",
)


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """One row of the catalogue; `endpoints` are first path segments of the product API."""

    product: Product
    title: str
    endpoints: tuple[str, ...]
    clusters: tuple[DataCluster, ...]


PRODUCTS: Mapping[Product, ProductEntry] = MappingProxyType(
    {
        entry.product: entry
        for entry in (
            ProductEntry(
                Product.ACCOUNT_INFO, "Account information", ("accounts-info",), (ACCOUNT_BASIC,)
            ),
            ProductEntry(Product.BALANCES, "Balances", ("balances",), (ACCOUNT_BASIC, BALANCES)),
            ProductEntry(
                Product.INVESTMENTS,
                "Investments",
                ("accounts", "taxlots"),
                (ACCOUNT_DETAILED, BALANCES, INVESTMENTS),
            ),
            ProductEntry(Product.TRANSACTIONS, "Transactions", ("transactions",), (TRANSACTIONS,)),
            ProductEntry(
                Product.CUSTOMERS,
                "Customer information",
                ("customers", "contacts"),
                (CUSTOMER_CONTACT, CUSTOMER_PERSONAL),
            ),
            ProductEntry(Product.PAYMENTS, "Payments", ("payments",), (PAYMENT_SUPPORT,)),
            ProductEntry(Product.STATEMENTS, "Statements", ("statements",), (STATEMENTS,)),
            ProductEntry(Product.TAX, "Tax", ("tax-forms",), (TAX,)),
        )
    }
)

ENDPOINTS: Mapping[str, Product] = MappingProxyType(
    {endpoint: entry.product for entry in PRODUCTS.values() for endpoint in entry.endpoints}
)

VERSIONS: Mapping[str, Version] = MappingProxyType(
    {
        version.name: version
        for version in (
            Version(
                "v2",
                interaction_type_required=False,
                last_access_required=False,
                intent_type_rules=False,
            ),
            Version(
                "v3",
                interaction_type_required=True,
                last_access_required=True,
                intent_type_rules=True,
            ),
        )
    }
)


_SUNSET_MONTHS = 6


def with_deprecation(
    name: str, deprecated_on: date, sunset_on: date | None = None
) -> Mapping[str, Version]:
    """`VERSIONS`, one of them with the days (UTC) of its deprecation and end, by default six months
    apart.

    Raises:
        ValueError: it would end before it is deprecated.
    """
    sunset_on = sunset_on or _months_later(deprecated_on, _SUNSET_MONTHS)
    if sunset_on < deprecated_on:
        message = (
            f"{name} ends on {sunset_on}, before it is deprecated on {deprecated_on}; expected the "
            "same day or a later one"
        )
        raise ValueError(message)
    dated = replace(
        VERSIONS[name], deprecated_at=_midnight(deprecated_on), sunset_at=_midnight(sunset_on)
    )
    return MappingProxyType({**VERSIONS, name: dated})


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def with_account_info(products: Iterable[Product]) -> frozenset[Product]:
    """The products that an app really has: account info comes with every other one."""
    return frozenset(products) | {Product.ACCOUNT_INFO}


def clusters_for(products: Iterable[Product]) -> list[DataCluster]:
    """What is shared with an app that has `products`, each cluster once, in catalogue order."""
    owned = with_account_info(products)
    found: dict[str, DataCluster] = {}
    for entry in PRODUCTS.values():
        if entry.product in owned:
            found.update((cluster.name, cluster) for cluster in entry.clusters)
    return list(found.values())
