"""A provider's policy as a document: read from a file with exact complaints, and written back.

The document is what YAML or JSON decodes to. Complaints name the place in it, so that whoever has
the file can name the line.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from easement.fdx.categories import WRAPPERS
from easement.products.model import Product
from easement.providers.entitlements import Rule, field_path
from easement.providers.model import Policy, RefreshTokenPolicy

T = TypeVar("T")
Place = tuple[str | int, ...]

_MAX_RULES = 500
_MAX_NAMES = 200
_SHORTEST_S, _LONGEST_S = 60, 10 * 366 * 86_400
_RULE_KEYS = (
    *("recipients", "products", "categories"),
    *("visible", "tokenized_account_numbers", "mask", "unmask"),
)
_POLICY_KEYS = (
    *("id_token_lifetime_s", "consent_duration_s", "one_time_consent"),
    *("refresh_token_policy", "refresh_token_lifetime_s"),
    *("tokenized_routing_number", "rules"),
)


class PolicyError(ValueError):
    """The document is not a policy; `place` leads to what is wrong, the message says what."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


def read_policy(document: object, current: Policy) -> Policy:
    """The policy that `document` says; what it leaves out stays as in `current`.

    Raises:
        PolicyError: it says something else.
    """
    values = _mapping(document, (), _POLICY_KEYS)
    lifetime, duration = current.id_token_lifetime, current.consent_duration
    if "id_token_lifetime_s" in values:
        lifetime = _seconds(values["id_token_lifetime_s"], ("id_token_lifetime_s",))
    if "consent_duration_s" in values:
        given = values["consent_duration_s"]
        duration = None if given is None else _seconds(given, ("consent_duration_s",))
    one_time = _flag(values, "one_time_consent", ())
    number = values.get("tokenized_routing_number", current.tokenized_routing_number)
    if number is not None and not is_routing_number(number):
        raise PolicyError(
            ("tokenized_routing_number",),
            "expected an ABA routing number: nine digits in quotes with a valid check digit",
        )
    rules = read_rules(values["rules"]) if "rules" in values else current.rules
    if number is None and any(rule.tokenized_account_numbers for rule in rules):
        raise PolicyError(
            ("rules",), "tokenized account numbers need a tokenized_routing_number of their own"
        )
    policy = Policy(lifetime, duration, rules, number, *_refresh_tokens(values, current))
    once = current.one_time_consent if one_time is None else one_time
    return replace(policy, one_time_consent=once)


def write_policy(policy: Policy) -> dict[str, object]:
    """The document from which `read_policy` reads the same policy."""
    return {
        "id_token_lifetime_s": seconds_of(policy.id_token_lifetime),
        "consent_duration_s": seconds_of(policy.consent_duration),
        "one_time_consent": policy.one_time_consent,
        "refresh_token_policy": str(policy.refresh_token_policy),
        "refresh_token_lifetime_s": seconds_of(policy.refresh_token_lifetime),
        "tokenized_routing_number": policy.tokenized_routing_number,
        "rules": write_rules(policy.rules),
    }


def read_rules(document: object) -> tuple[Rule, ...]:
    """The rules of a list. Raises `PolicyError`."""
    rules: list[Rule] = []
    masked: set[tuple[str, ...]] = set()
    for index, entry in enumerate(_list(document, ("rules",), _MAX_RULES)):
        rule = _rule(entry, ("rules", index))
        for number, text in enumerate(rule.unmask):
            if field_path(text) not in masked:
                raise PolicyError(
                    ("rules", index, "unmask", number), f"no rule above this one masks {text}"
                )
        masked.update(map(field_path, rule.mask))
        rules.append(rule)
    return tuple(rules)


def write_rules(rules: Sequence[Rule]) -> list[dict[str, object]]:
    """The list from which `read_rules` reads the same rules: only what each of them says."""
    return [
        {
            key: sorted(map(str, value)) if isinstance(value, frozenset) else _written(value)
            for key in _RULE_KEYS
            if (value := getattr(rule, key)) not in (None, ())
        }
        for rule in rules
    ]


def seconds_of(duration: timedelta | None) -> int | None:
    """Whole seconds, as documents and the database have them."""
    return None if duration is None else int(duration.total_seconds())


def is_routing_number(value: object) -> bool:
    """Whether `value` is an ABA routing number: nine digits whose weighted sum is a multiple of
    ten."""
    if not isinstance(value, str) or len(value) != 9:
        return False
    if not (value.isascii() and value.isdigit()) or value == "0" * 9:
        return False
    weighted = (int(digit) * (3, 7, 1)[place % 3] for place, digit in enumerate(value))
    return sum(weighted) % 10 == 0


def _refresh_tokens(
    values: Mapping[str, Any], current: Policy
) -> tuple[RefreshTokenPolicy, timedelta | None]:
    policy, lifetime = current.refresh_token_policy, current.refresh_token_lifetime
    if "refresh_token_policy" in values:
        known = [each.value for each in RefreshTokenPolicy]
        if values["refresh_token_policy"] not in known:
            raise PolicyError(("refresh_token_policy",), f"expected one of {', '.join(known)}")
        policy = RefreshTokenPolicy(values["refresh_token_policy"])
        if policy is RefreshTokenPolicy.PERPETUAL:
            lifetime = None
    place = ("refresh_token_lifetime_s",)
    given = values.get("refresh_token_lifetime_s")
    if given is not None:
        lifetime = _seconds(given, place)
    if (policy is RefreshTokenPolicy.PERPETUAL) is not (lifetime is None):
        raise PolicyError(
            place if given is not None else ("refresh_token_policy",),
            "set and rolling need a refresh_token_lifetime_s, and perpetual has none",
        )
    return policy, lifetime


def _written(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _rule(document: object, place: Place) -> Rule:
    values = _mapping(document, place, _RULE_KEYS)
    rule = Rule(
        recipients=_set(values, "recipients", place, str),
        products=_set(values, "products", place, Product, {*Product}),
        categories=_set(values, "categories", place, str, WRAPPERS),
        visible=_flag(values, "visible", place),
        tokenized_account_numbers=_flag(values, "tokenized_account_numbers", place),
        mask=_paths(values, "mask", place),
        unmask=_paths(values, "unmask", place),
    )
    says = (rule.visible, rule.tokenized_account_numbers, rule.mask or None, rule.unmask or None)
    if all(each is None for each in says):
        raise PolicyError(
            place, f"the rule says nothing; expected one of {', '.join(_RULE_KEYS[3:])}"
        )
    return rule


def _set(
    values: Mapping[str, Any],
    key: str,
    place: Place,
    make: Callable[[str], T],
    known: Collection[str] | None = None,
) -> frozenset[T] | None:
    if key not in values:
        return None
    place = (*place, key)
    found: list[T] = []
    for index, text in enumerate(_texts(values[key], place)):
        if known is not None and text not in known:
            raise PolicyError((*place, index), f"{text!r} is none of {', '.join(sorted(known))}")
        found.append(make(text))
    if not found:
        raise PolicyError(place, f"an empty list fits nothing; leave {key} out to mean all")
    return frozenset(found)


def _paths(values: Mapping[str, Any], key: str, place: Place) -> tuple[str, ...]:
    if key not in values:
        return ()
    place = (*place, key)
    texts = _texts(values[key], place)
    for index, text in enumerate(texts):
        try:
            field_path(text)
        except ValueError as error:
            raise PolicyError((*place, index), str(error)) from None
    return tuple(texts)


def _flag(values: Mapping[str, Any], key: str, place: Place) -> bool | None:
    value = values.get(key)
    if key in values and not isinstance(value, bool):
        raise PolicyError((*place, key), f"{key} is true or false")
    return value


def _seconds(value: object, place: Place) -> timedelta:
    if (
        not isinstance(value, int)
        or isinstance(value, bool)
        or not _SHORTEST_S <= value <= _LONGEST_S
    ):
        raise PolicyError(place, f"expected whole seconds from {_SHORTEST_S} to {_LONGEST_S}")
    return timedelta(seconds=value)


def _mapping(document: object, place: Place, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise PolicyError(place, f"expected a mapping with {', '.join(known)}")
    for key in document:
        if key not in known:
            raise PolicyError((*place, key), f"unknown key {key!r}; known: {', '.join(known)}")
    return document


def _list(document: object, place: Place, longest: int) -> list[object]:
    if not isinstance(document, list) or len(document) > longest:
        raise PolicyError(place, f"expected a list of up to {longest} entries")
    return document


def _texts(document: object, place: Place) -> list[str]:
    texts: list[str] = []
    for index, entry in enumerate(_list(document, place, _MAX_NAMES)):
        if not isinstance(entry, str) or not entry:
            raise PolicyError((*place, index), "expected text; put a number in quotes")
        texts.append(entry)
    return texts
