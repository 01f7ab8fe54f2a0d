"""The words of the catalogue: products, versions, data clusters."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Product(StrEnum):
    """A product as the ``products`` claim and the app's registration spell it."""

    ACCOUNT_INFO = "account_info"
    BALANCES = "balances"
    INVESTMENTS = "investments"
    TRANSACTIONS = "transactions"
    CUSTOMERS = "customers"
    PAYMENTS = "payments"
    STATEMENTS = "statements"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class DataCluster:
    """A group of data elements (FDX DataCluster) with the plain words a consumer reads."""

    name: str
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class Version:
    """The rules in which one major version of the product API differs from another.

    `deprecated_at` is set once a newer version is to be used in its place, `sunset_at` with it:
    from that moment the version is unknown.
    """

    name: str
    interaction_type_required: bool
    last_access_required: bool
    intent_type_rules: bool
    deprecated_at: datetime | None = None
    sunset_at: datetime | None = None

    def has_ended(self, now: datetime) -> bool:
        """Whether the version is no longer served."""
        return self.sunset_at is not None and now >= self.sunset_at
