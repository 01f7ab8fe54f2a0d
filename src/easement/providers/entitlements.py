"""A provider's entitlements: which app may see what of its customers' data.

Rules are read from top to bottom. A rule fits a call if it names its recipient, its product and its
account's category, or leaves them out, which means all. Of all rules that fit, the last one that
says anything about visibility decides it, and likewise for tokenized account numbers. Masks add up:
one that is set for everybody holds for each app too, until a later rule takes it back by name.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from easement.fdx.categories import WRAPPERS
from easement.products.model import Product

FieldPath = tuple[str, ...]

# Without these an answer has no valid form, and an app cannot ask for what it lists.
_NEEDED = frozenset(
    {
        *("accountid", "transactionid", "statementid", "holdingid", "taxformid"),
        *("taxstatementid", "error"),
    }
)
# What an answer is made of: hidden as a whole, or not at all.
_ENVELOPES = frozenset(
    {
        *(wrapper.lower() for wrapper in WRAPPERS),
        *("deposittransaction", "loantransaction", "loctransaction"),
        *("investmenttransaction", "insurancetransaction"),
        *("transactions", "paymentnetworks", "accounts", "statements", "customer"),
    }
)
_MAX_NAMES = 8
_MAX_LENGTH = 200
_IGNORED = dict.fromkeys(map(ord, "-_ \t\u00a0"))
# One thing under two names: an account lists `holdings`, a tax-lot answer has one `holding`; two
# fields are documented under a slip of the pen as well.
_SAME = {
    "holding": "holdings",
    "postiontype": "positiontype",
    "inv401ksurce": "inv401ksource",
}


def plain(name: str) -> str:
    """A field's name without case, hyphens, underscores and spaces, as masks compare it."""
    bare = name.casefold().translate(_IGNORED)
    return _SAME.get(bare, bare)


def field_path(text: str) -> FieldPath:
    """Read a mask such as ``currentBalance`` or ``holdings.units``: the end of a field's path.

    Raises:
        ValueError: it is no path, or names what an answer cannot do without; says which.
    """
    path = tuple(plain(name) for name in text.split("."))
    if not all(path) or not text.isprintable() or len(path) > _MAX_NAMES or len(text) > _MAX_LENGTH:
        message = (
            f"expected the name of a field, or up to {_MAX_NAMES} names with dots between them, "
            "such as holdings.units"
        )
        raise ValueError(message)
    if path[-1] in _NEEDED:
        message = f"{text} cannot be masked: answers are of no use without it"
        raise ValueError(message)
    if path[-1] in _ENVELOPES:
        message = f"{text} cannot be masked: name the fields inside it, or say visible: false"
        raise ValueError(message)
    return path


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a provider's entitlements; None stands for all, or for nothing said.

    `recipients` are ids of companies and apps, `categories` FDX wrapper keys; a rule with
    categories fits account data only. `mask` and `unmask` hold paths as they were written.
    """

    recipients: frozenset[str] | None = None
    products: frozenset[Product] | None = None
    categories: frozenset[str] | None = None
    visible: bool | None = None
    tokenized_account_numbers: bool | None = None
    mask: tuple[str, ...] = ()
    unmask: tuple[str, ...] = ()

    def fits(self, recipients: Iterable[str], product: Product, category: str | None) -> bool:
        """Whether the rule speaks of a call; `recipients` are the ids of the app and company."""
        return (
            (self.recipients is None or not self.recipients.isdisjoint(recipients))
            and (self.products is None or product in self.products)
            and (self.categories is None or category in self.categories)
        )


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What the rules come to for one app, product and category."""

    visible: bool = True
    tokenizes: bool = False
    masks: frozenset[FieldPath] = frozenset()


def entitlement(
    rules: Iterable[Rule], recipients: Iterable[str], product: Product, category: str | None
) -> Entitlement:
    """What `rules` let the recipients see; `category` None is data that is no account's."""
    visible, tokenizes = True, False
    masks: set[FieldPath] = set()
    who = tuple(recipients)
    for rule in rules:
        if not rule.fits(who, product, category):
            continue
        if rule.visible is not None:
            visible = rule.visible
        if rule.tokenized_account_numbers is not None:
            tokenizes = rule.tokenized_account_numbers
        masks.difference_update(map(field_path, rule.unmask))
        masks.update(map(field_path, rule.mask))
    return Entitlement(visible, tokenizes, frozenset(masks))
