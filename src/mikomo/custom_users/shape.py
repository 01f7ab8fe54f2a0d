"""Words to say what a value may look like, and the check of a node against them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeAlias, get_args

import msgspec
import yaml

from mikomo.custom_users.document import FLAG, NOTHING, NUMBER, TEXT, json_of, line_of


class Fault(NamedTuple):
    """What is wrong at one place of a document."""

    line: int
    where: str
    """Such as `accounts[0].depositAccount.currentBalance`; "" for the whole."""
    message: str


@dataclass(frozen=True)
class Scalar:
    """A single value of one kind."""

    expected: str
    tag: str
    holds: Callable[[str], bool] = lambda _value: True
    relative: bool = False
    """Whether "@day-3" or "@balance" may stand for it, which the clock and the ledger know."""


@dataclass(frozen=True)
class ListOf:
    """Any number of the same."""

    item: "Shape"


@dataclass(frozen=True)
class MapOf:
    """Any names, each with the same."""

    value: "Shape"


@dataclass(frozen=True)
class Members:
    """An object with known names; `one_of` is for an envelope, which has exactly one of them."""

    known: Mapping[str, "Shape"]
    required: tuple[str, ...] = ()
    one_of: bool = False


@dataclass(frozen=True)
class Decoded:
    """What a msgspec type decodes."""

    type: Any


@dataclass(frozen=True)
class Anything:
    """Served as it is written."""


Shape: TypeAlias = Scalar | ListOf | MapOf | Members | Decoded | Anything


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


STRING = Scalar("a string", TEXT)
AMOUNT = Scalar("a number", NUMBER, relative=True)
FIXED_AMOUNT = Scalar("a number", NUMBER)
WHOLE = Scalar("a whole number", NUMBER, lambda value: value.removeprefix("-").isdigit())
BOOLEAN = Scalar("true or false", FLAG)
TIME = Scalar("a time such as 2026-01-31T12:00:00Z", TEXT, _is_time, relative=True)
FIXED_TIME = Scalar("a time such as 2026-01-31T12:00:00Z", TEXT, _is_time)
DATE = Scalar("a date such as 2026-01-31", TEXT, _is_date)
ANYTHING = Anything()

_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]*)`")
_TYPE_NAME = re.compile(r"`([^`]*)`")
_WORDS = {
    "array": "a list",
    "bool": "true or false",
    "decimal": "a number",
    "float": "a number",
    "int": "a whole number",
    "null": "nothing",
    "object": "an object",
    "str": "a string",
}
_FOUND = {TEXT: "a string", NUMBER: "a number", FLAG: "true or false", NOTHING: "nothing"}


def faults_of(node: yaml.Node, shape: Shape, where: str = "") -> Iterator[Fault]:
    """All that is wrong with a node, in the order it is written."""
    match shape:
        case Scalar():
            yield from _of_scalar(node, shape, where)
        case ListOf():
            yield from _of_list(node, shape, where)
        case MapOf():
            yield from _of_map(node, shape, where)
        case Members():
            yield from _of_members(node, shape, where)
        case Decoded():
            yield from _of_decoded(node, shape, where)


def member(node: yaml.Node, name: str) -> yaml.Node | None:
    """The value of a name in an object, or None."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == name:
                found: yaml.Node = value
                return found
    return None


def _of_scalar(node: yaml.Node, shape: Scalar, where: str) -> Iterator[Fault]:
    if shape.relative and _is_relative(node):
        return
    if not isinstance(node, yaml.ScalarNode) or node.tag != shape.tag:
        hint = " (put it in quotes)" if shape.tag == TEXT and _is_plain(node) else ""
        yield Fault(line_of(node), where, f"expected {shape.expected}, got {_found(node)}{hint}")
    elif not shape.holds(node.value):
        yield Fault(line_of(node), where, f"expected {shape.expected}, got {node.value}")


def _of_list(node: yaml.Node, shape: ListOf, where: str) -> Iterator[Fault]:
    if not isinstance(node, yaml.SequenceNode):
        yield Fault(line_of(node), where, f"expected a list, got {_found(node)}")
        return
    for index, item in enumerate(node.value):
        yield from faults_of(item, shape.item, f"{where}[{index}]")


def _of_map(node: yaml.Node, shape: MapOf, where: str) -> Iterator[Fault]:
    if not isinstance(node, yaml.MappingNode):
        yield Fault(line_of(node), where, f"expected an object, got {_found(node)}")
        return
    yield from _of_keys(node, where)
    for key, value in node.value:
        yield from faults_of(value, shape.value, _below(where, str(key.value)))


def _of_members(node: yaml.Node, shape: Members, where: str) -> Iterator[Fault]:
    if not isinstance(node, yaml.MappingNode):
        yield Fault(line_of(node), where, f"expected an object, got {_found(node)}")
        return
    yield from _of_keys(node, where)
    names = [str(key.value) for key, _ in node.value]
    for name in shape.required:
        if name not in names:
            yield Fault(line_of(node), _below(where, name), "expected, but it is missing")
    if shape.one_of and len(names) != 1:
        expected = f"expected exactly one of {', '.join(shape.known)}"
        yield Fault(line_of(node), where, f"{expected}, got {len(names)} names")
    for key, value in node.value:
        name = str(key.value)
        if name in shape.known:
            yield from faults_of(value, shape.known[name], _below(where, name))
        else:
            yield Fault(line_of(key), _below(where, name), _unknown(name, shape.known))


def _of_keys(node: yaml.MappingNode, where: str) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        name = str(key.value)
        if name in seen:
            message = f"expected once, it already stands on line {seen[name]}"
            yield Fault(line_of(key), _below(where, name), message)
        seen.setdefault(name, line_of(key))


def _of_decoded(node: yaml.Node, shape: Decoded, where: str) -> Iterator[Fault]:
    try:
        msgspec.json.decode(json_of(node), type=shape.type)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        place, below = _walk(node, path.removesuffix("`"))
        unknown = _UNKNOWN_FIELD.search(message)
        if unknown:
            names = _names_of(shape.type, node)
            message = _unknown(unknown[1], dict.fromkeys(names, ANYTHING))
            place, below = _key(place, unknown[1]), f"{below}.{unknown[1]}"
        message = _TYPE_NAME.sub(lambda found: _WORDS.get(found[1], found[1]), message)
        yield Fault(line_of(place), f"{where}{below}", message[:1].lower() + message[1:])


def _names_of(decoded: Any, node: yaml.Node) -> list[str]:
    """The names a struct knows; of several structs, the one that the node's tag chooses."""
    names: set[str] = set()
    for struct in get_args(decoded) or (decoded,):
        config = struct.__struct_config__
        chosen = member(node, config.tag_field) if config.tag_field else None
        if chosen is None or chosen.value == config.tag:
            names |= {field.encode_name for field in msgspec.structs.fields(struct)}
    return sorted(names)


def _key(node: yaml.Node, name: str) -> yaml.Node:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((key for key, _ in pairs if key.value == name), node)


def _walk(node: yaml.Node, path: str) -> tuple[yaml.Node, str]:
    """The deepest node on msgspec's path, which may name what is not written."""
    below = ""
    for step in path.replace("[", ".[").split(".")[1:]:
        inner = None
        if step.startswith("[") and isinstance(node, yaml.SequenceNode):
            inner = node.value[int(step[1:-1])] if step[1:-1].isdigit() else None
        elif not step.startswith("["):
            inner = member(node, step)
        if inner is None:
            break
        node, below = inner, below + (step if step.startswith("[") else f".{step}")
    return node, below


def _unknown(name: str, known: Mapping[str, Shape]) -> str:
    nearest = get_close_matches(name, known, n=1)
    if nearest:
        return f"not known here, did you mean {nearest[0]}?"
    return f"not known here, expected one of {', '.join(sorted(known))}"


def _below(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _is_relative(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == TEXT and node.value.startswith("@")


def _is_plain(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag in {NUMBER, FLAG}


def _found(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return _FOUND.get(node.tag, "a value of its own kind")
    return "a list" if isinstance(node, yaml.SequenceNode) else "an object"
