"""Account categories: an account travels as an object with one key that names its category.

So does a transaction, with a key of its own; annuities have none.
"""

from collections.abc import Mapping
from types import MappingProxyType

WRAPPERS = frozenset(
    {
        "depositAccount",
        "loanAccount",
        "locAccount",
        "investmentAccount",
        "insuranceAccount",
        "annuityAccount",
    }
)

TRANSACTION_WRAPPERS: Mapping[str, str] = MappingProxyType(
    {
        "depositTransaction": "depositAccount",
        "loanTransaction": "loanAccount",
        "locTransaction": "locAccount",
        "investmentTransaction": "investmentAccount",
        "insuranceTransaction": "insuranceAccount",
    }
)
