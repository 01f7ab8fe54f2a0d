"""What a provider's policy lets one app see of one product, on one call."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Lens:
    """Applied to every item of an answer (an account, transaction, customer, payment network ...)
    after the bank has answered, as the last step before it is written.

    `by_category` says that some rule depends on the account's category, so that a product whose
    answers do not tell it must find it out first.
    """

    by_category: bool = False

    def sees(self, category: str | None) -> bool:  # noqa: ARG002
        """Whether accounts of `category` (FDX wrapper key such as ``depositAccount``; None: not an
        account's data) are visible at all."""
        return True

    def tokenizes(self, category: str | None) -> bool:  # noqa: ARG002
        """Whether account numbers leave as tokens only."""
        return False

    def apply(
        self,
        category: str | None,  # noqa: ARG002
        item: Mapping[str, msgspec.Raw],
    ) -> Mapping[str, msgspec.Raw]:
        """The item without masked fields, at whatever depth they stand."""
        return item
