"""What a provider's policy lets one app see of one product, on one call."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from easement.fdx.categories import WRAPPERS
from easement.products.model import Product
from easement.providers.entitlements import Entitlement, FieldPath, Rule, entitlement, plain
from easement.providers.model import Provider
from easement.recipients.model import App

# Deeper than any document of this API; what nobody has looked at does not leave.
_MAX_DEPTH = 48
# Where banks put fields that have no place of their own: entries with a name and a value.
_ATTRIBUTES = frozenset({"fiattributes", "attributes"})
_CACHED = 10_000
# Beside payments, these are other ways to say an account number; statements as files show a masked
# one, and are not held back for it.
_TELLS_NUMBERS = frozenset(
    {Product.ACCOUNT_INFO, Product.BALANCES, Product.INVESTMENTS, Product.TAX}
)
_ACCOUNT_NUMBERS = (("micrnumber",), ("accountnumber",), ("routingtransitnumber",), ("iban",))

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_array = msgspec.json.Decoder(list[msgspec.Raw])
_text = msgspec.json.Decoder(str)
_encode = msgspec.json.Encoder().encode


class Masks:
    """Masked field paths, found by the last name of each."""

    def __init__(self, paths: Iterable[FieldPath]) -> None:
        self._by_name: dict[str, list[FieldPath]] = {}
        for path in paths:
            self._by_name.setdefault(path[-1], []).append(path)

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def cover(self, path: FieldPath) -> bool:
        """Whether the field at `path` is masked: whether `path` ends in a mask."""
        return bool(path) and any(
            path[-len(mask) :] == mask for mask in self._by_name.get(path[-1], ())
        )


@dataclass(frozen=True, slots=True)
class _View:
    """What the rules come to for one category."""

    visible: bool
    tokenizes: bool
    masks: Masks


_EVERYTHING = _View(visible=True, tokenizes=False, masks=Masks(()))


@dataclass(frozen=True, slots=True)
class Lens:
    """Applied to every item of an answer (an account, transaction, customer, payment network ...)
    after the bank has answered, as the last step before it is written.

    `by_category` says that some rule depends on the account's category, so that a product whose
    answers do not tell it must find it out first. `sees_anything` False: the app has nothing to
    see of this product, of whatever category.
    """

    by_category: bool = False
    sees_anything: bool = True
    _views: Mapping[str | None, _View] = field(default_factory=dict)

    def sees(self, category: str | None) -> bool:
        """Whether accounts of `category` (FDX wrapper key such as ``depositAccount``; None: not an
        account's data) are visible at all."""
        return self._view(category).visible

    def tokenizes(self, category: str | None) -> bool:
        """Whether account numbers leave as tokens only."""
        return self._view(category).tokenizes

    def masks(self, category: str | None) -> bool:
        """Whether some field is masked: a document that shows the same data as an item does, and
        from which nothing can be taken out, must then not leave."""
        return bool(self._view(category).masks)

    def apply(
        self, category: str | None, item: Mapping[str, msgspec.Raw], within: str = ""
    ) -> Mapping[str, msgspec.Raw]:
        """The item without masked fields, at whatever depth they stand; all else as written.

        `within` names where the item stands in the answer, such as ``transactions`` or
        ``accounts.depositAccount``, for masks of more than one name. Empty if the item as a whole
        is masked.
        """
        masks = self._view(category).masks
        if not masks:
            return item
        path = _path(within)
        return {} if masks.cover(path) else _fields(item, path, masks, 0)

    def _view(self, category: str | None) -> _View:
        return self._views.get(category, _EVERYTHING)


OPEN = Lens()


class Lenses:
    """Makes each lens once; forgets it when the provider's policy or the app is replaced."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, Product], tuple[Provider, App, Lens]] = {}

    def of(self, provider: Provider, app: App, product: Product) -> Lens:
        """The lens of `app` on `product` at `provider`."""
        if not provider.policy.rules:
            return OPEN
        key = (provider.id, app.id, product)
        known = self._made.get(key)
        # The same objects come from the caches until something about them changes.
        if known is not None and known[0] is provider and known[1] is app:
            return known[2]
        if known is None and len(self._made) >= _CACHED:
            del self._made[next(iter(self._made))]
        lens = make_lens(provider.policy.rules, (app.id, app.company_id), product)
        self._made[key] = (provider, app, lens)
        return lens


def make_lens(rules: Iterable[Rule], recipients: Iterable[str], product: Product) -> Lens:
    """Work out what `rules` come to for the `recipients`, an app's id and its company's."""
    rules, recipients = tuple(rules), tuple(recipients)
    of = {
        category: entitlement(rules, recipients, product, category)
        for category in (None, *WRAPPERS)
    }
    return Lens(
        by_category=len(set(of.values())) > 1,
        sees_anything=any(each.visible for each in of.values()),
        _views={
            category: _View(each.visible, each.tokenizes, Masks(_masks(each, product)))
            for category, each in of.items()
        },
    )


def _masks(entitled: Entitlement, product: Product) -> Iterable[FieldPath]:
    if entitled.tokenizes and product in _TELLS_NUMBERS:
        return (*entitled.masks, *_ACCOUNT_NUMBERS)
    return entitled.masks


@lru_cache(maxsize=256)
def _path(within: str) -> FieldPath:
    return tuple(map(plain, within.split("."))) if within else ()


def _fields(
    fields: Mapping[str, msgspec.Raw], path: FieldPath, masks: Masks, depth: int
) -> dict[str, msgspec.Raw]:
    """An object's fields that may leave; one that cannot be looked through goes too."""
    kept: dict[str, msgspec.Raw] = {}
    for name, value in fields.items():
        own = (*path, plain(name))
        if masks.cover(own):
            continue
        try:
            kept[name] = _value(value, own, masks, depth + 1)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            continue
    return kept


def _value(raw: msgspec.Raw, path: FieldPath, masks: Masks, depth: int) -> msgspec.Raw:
    if depth > _MAX_DEPTH:
        message = "deeper than any document of this API"
        raise ValueError(message)
    opening = _opening(raw)
    # Written anew even where nothing was taken out: of a repeated name only the last is looked at.
    if opening == b"{":
        return msgspec.Raw(_encode(_fields(_object.decode(raw), path, masks, depth)))
    if opening == b"[":
        return msgspec.Raw(_encode(list(_entries(raw, path, masks, depth))))
    return raw


def _entries(raw: msgspec.Raw, path: FieldPath, masks: Masks, depth: int) -> Iterator[msgspec.Raw]:
    for entry in _array.decode(raw):
        if path[-1] in _ATTRIBUTES and _is_masked_attribute(entry, path[:-1], masks):
            continue
        yield _value(entry, path, masks, depth + 1)


def _is_masked_attribute(entry: msgspec.Raw, path: FieldPath, masks: Masks) -> bool:
    """Whether an entry's name is that of a masked field of the object which holds the entries; it
    may be a path itself, with the places of lists in it, such as ``holdings.0.units``."""
    if _opening(entry) != b"{":
        return False
    for key, value in _object.decode(entry).items():
        if plain(key) != "name" or _opening(value) != b'"':
            continue
        own = path
        for name in map(plain, _text.decode(value).split(".")):
            if name.isdigit():
                continue
            own = (*own, name)
            if masks.cover(own):
                return True
    return False


def _opening(raw: msgspec.Raw) -> bytes:
    return bytes(raw).lstrip()[:1]
