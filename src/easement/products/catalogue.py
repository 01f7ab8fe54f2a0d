"""The tables of the catalogue: products with endpoints and data clusters, and versions.

Cluster names and labels are those of the FDX consent API, so that a consumer reads the same words
here as at other networks; the sentence beside each label is ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
